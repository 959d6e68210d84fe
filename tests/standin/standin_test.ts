import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { SipHash, toHex } from "../../src/bytes/mod.ts";
import { fixturePath } from "../support/fixtures.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, type RunResult, toolTest } from "../support/tools.ts";

const STAGE = "ha1246bc_493f813dad24d3t";
const SPACE = "dc4d952_5a1fac3_9fcd2534";
const BLUEPRINT = "95867f930bb13171";
const FOLDER = 2147483648 + 0o755;
const SETUID = 8388608;

const ROBOT = `
tasks:
  Hello:
    shell: hello --from "the robot" # a comment
  Two Words:
    command:
      - sh
      - -c
      - echo "$ROBOT_ARTIFACTS" "$@"
      - sh
  Fails: {shell: sh -c 'exit 7'}
artifactsDir: output
condaConfigFile: conda.yaml
preRunScripts:
- touch output/prepared
PATH: [.]
`;

toolTest({ name: "the stand-in says that it is one", needs: ["cc"] }, async () => {
  const version = await run(await standinRcc(), ["version"]);
  assert.equal(version.stdout, "v18.18.1\nrcc stand-in for tests, not RCC\n");
  const bare = await run(await standinRcc(), []);
  assert.match(bare.stdout, /stand-in for tests, not RCC/);
});

toolTest({ name: "the stand-in is a static ELF for x86-64", needs: ["cc"] }, async () => {
  const bytes = await Deno.readFile(await standinRcc());
  assert.deepEqual([...bytes.subarray(0, 5)], [0x7f, 0x45, 0x4c, 0x46, 2]);
  assert.equal(bytes[18], 62);
  assert.ok(!new TextDecoder("latin1").decode(bytes).includes("/ld-"));
});

toolTest({
  name: "the stand-in restores a space when told to, and takes it as it is afterwards",
  needs: ["cc"],
}, async () => {
  await using home = await makeHome();
  const refused = await home.run(["--task", "hello"]);
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /fault: .*dc4d952_5a1fac3_9fcd2534: missing/);
  assert.equal((await home.run(["--task", "hello"], { RCC_STANDIN_RESTORE: "1" })).code, 0);
  const taken = await home.run(["--task", "hello", "a", "--", "--b"], { RCC_STANDIN_DEEP: "1" });
  assert.equal(taken.code, 0, taken.stderr);
  assert.equal(taken.stdout, `${home.path}/holotree/${SPACE} --from the robot a --b\n`);
  assert.ok(await exists(join(home.path, "app/output/prepared")));
  assert.equal(await Deno.readTextFile(join(home.path, `holotree/${SPACE}.use`)), "..");
});

toolTest({
  name: "the stand-in sets the variables of a file, and ends with 5 where it cannot",
  needs: ["cc"],
}, async () => {
  await using home = await makeHome();
  const show = ["--task", "Show", "--", "-c", 'echo "$A-$B"'];
  await home.write(
    "app/robot.yaml",
    ROBOT.replace("{shell: sh -c 'exit 7'}", "{shell: sh}").replace("Fails", "Show"),
  );
  await home.write("env.json", '{"A": "a b", "B": "c"}');
  await home.write("bad.json", '{"A": ["a"]}');
  const restore = { RCC_STANDIN_RESTORE: "1" };
  const run = (file: string) => home.run(["-e", `${home.path}/${file}`, ...show], restore);
  assert.equal((await run("env.json")).stdout, "a b-c\n");
  assert.equal((await run("gone.json")).code, 5);
  assert.equal((await run("bad.json")).code, 5);
});

toolTest({ name: "the stand-in restores a compress.no library", needs: ["cc"] }, async () => {
  await using home = await makeHome({ raw: true });
  const result = await home.run(["--task", "hello"], {
    RCC_STANDIN_RESTORE: "1",
    RCC_STANDIN_DEEP: "1",
  });
  assert.equal(result.code, 0, result.stderr);
});

toolTest({ name: "the stand-in gives a task what rcc gives it", needs: ["cc"] }, async () => {
  await using home = await makeHome();
  const result = await home.run(["--task", " two words", "x"], { RCC_STANDIN_RESTORE: "1" });
  assert.equal(result.stdout, `${home.path}/app/output x\n`);
  const failed = await home.run(["--task", "Fails"]);
  assert.equal(failed.code, 10);
  assert.match(failed.stderr, /the robot ended with 7/);
  const none = await home.run([]);
  assert.equal(none.code, 3);
  assert.match(none.stderr, /3 tasks/);
});

toolTest({ name: "the stand-in sets the variables that rcc sets", needs: ["cc"] }, async () => {
  await using home = await makeHome();
  await home.write("app/robot.yaml", ROBOT.replace("sh -c 'exit 7'", "env"));
  const { stdout } = await home.run(["--task", "Fails"], { RCC_STANDIN_RESTORE: "1" });
  const found = new Map(
    stdout.trim().split("\n").map((line) => line.split("=", 2) as [string, string]),
  );
  const recorded: readonly { key: string }[] = JSON.parse(
    await Deno.readTextFile(fixturePath("tiny", "variables.json")),
  );
  const others = ["MAMBA_ROOT_PREFIX", "RCC_INSTALLATION_ID", "SHLVL", "PYTHONPATH"];
  for (const { key } of recorded) assert.ok(found.has(key) || others.includes(key), key);
  assert.equal(found.get("CONDA_PREFIX"), home.space);
  assert.equal(found.get("RCC_ENVIRONMENT_HASH"), BLUEPRINT);
  assert.match(found.get("PATH")!, new RegExp(`^${home.path}/app:${home.space}/bin:`));
});

toolTest({ name: "a failed pre-run script ends the stand-in with 12", needs: ["cc"] }, async () => {
  await using home = await makeHome();
  await home.write("app/robot.yaml", ROBOT.replace("touch output/prepared", "false"));
  const result = await home.run(["--task", "hello"], { RCC_STANDIN_RESTORE: "1" });
  assert.equal(result.code, 12);
});

toolTest({
  name: "the stand-in starts what a link of PATH leads to, as rcc does, or ends with 6",
  needs: ["cc"],
}, async () => {
  await using home = await makeHome();
  await home.write("app/tool", '#!/bin/sh\necho "$0"\n');
  await Deno.chmod(join(home.path, "app/tool"), 0o755);
  await Deno.symlink("tool", join(home.path, "app/linked"));
  await home.write("app/robot.yaml", ROBOT.replace("sh -c 'exit 7'", "linked"));
  const linked = await home.run(["--task", "Fails"], { RCC_STANDIN_RESTORE: "1" });
  assert.equal(linked.stdout, `${home.path}/app/tool\n`);
  await home.write("app/robot.yaml", ROBOT.replace("sh -c 'exit 7'", "no-such-program"));
  const missing = await home.run(["--task", "Fails"]);
  assert.equal(missing.code, 6);
  assert.match(missing.stderr, /cannot find command: no-such-program/);
});

toolTest(
  { name: "the stand-in runs a shell robot without an environment", needs: ["cc"] },
  async () => {
    await using home = await makeHome();
    await home.write("app/robot.yaml", "tasks:\n  One:\n    shell: echo one\nartifactsDir: out\n");
    await Deno.remove(join(home.path, ".robocorp/hololib"), { recursive: true });
    assert.equal((await home.run([])).stdout, "one\n");
  },
);

toolTest(
  { name: "the stand-in takes a sealed space without a library", needs: ["cc"] },
  async () => {
    await using home = await makeHome();
    await home.run(["--task", "hello"], { RCC_STANDIN_RESTORE: "1" });
    await Deno.remove(join(home.path, ".robocorp/hololib"), { recursive: true });
    await Deno.rename(join(home.path, "holotree"), join(home.path, ".robocorp/holotree"));
    const sealed = ["--warranty-voided", "--task", "two words"];
    const before = await home.list();
    const result = await home.run(sealed, { RCC_NO_TEMP_MANAGEMENT: "1" });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(await home.list(), before);
    await Deno.remove(join(home.path, "app/output"), { recursive: true });
    const missing = await home.run(sealed, { RCC_NO_TEMP_MANAGEMENT: "1" });
    assert.equal(missing.code, 4);
    assert.match(missing.stderr, /artifacts folder .* missing/);
  },
);

/** What is done to a good home, the exit code and the message that must follow. */
const DAMAGES: Record<string, readonly [(home: Home) => unknown, number, RegExp]> = {
  "a missing blob": [
    (home) => Deno.remove(home.blob("data\n")),
    4,
    /fault: data\.txt: no blob/,
  ],
  "a damaged blob, when deep": [
    (home) => Deno.writeFile(home.blob("data\n"), gzipSync("dati\n")),
    4,
    /its content has the digest/,
  ],
  "a truncated blob, when deep": [
    (home) => Deno.truncate(home.blob("data\n"), 12),
    4,
    /not a whole gzip file/,
  ],
  "a blob with bytes behind it, when deep": [
    (home) => Deno.writeFile(home.blob("data\n"), new Uint8Array(8), { append: true }),
    4,
    /not a whole gzip file/,
  ],
  "an unwrapped blob of gzip content, when deep": [
    (home) => Deno.writeFile(home.blob(GZIPPED), GZIPPED),
    4,
    /its content has the digest/,
  ],
  "an extra file": [
    (home) => home.write(`holotree/${SPACE}/new`, ""),
    4,
    /new: not in the catalog/,
  ],
  "an extra folder": [
    (home) => Deno.mkdir(join(home.space, "lib/new")),
    4,
    /lib\/new: not in the catalog/,
  ],
  "a missing file": [
    (home) => Deno.remove(join(home.space, "lib/data.txt")),
    4,
    /lib\/data\.txt: missing/,
  ],
  "a missing folder": [(home) => Deno.remove(join(home.space, "empty")), 4, /empty: missing/],
  "another size": [
    (home) => home.write(`holotree/${SPACE}/lib/data.txt`, "data"),
    4,
    /data\.txt: 4 bytes, expected 5/,
  ],
  "another mode": [
    (home) => Deno.chmod(join(home.space, "lib/data.txt"), 0o600),
    4,
    /data\.txt: mode 0600, expected 0644/,
  ],
  "no setuid bit": [
    (home) => Deno.chmod(join(home.space, "bin/tool"), 0o755),
    4,
    /tool: mode 0755, expected 4755/,
  ],
  "another link": [
    async (home) => {
      await Deno.remove(join(home.space, "lib/link"));
      await Deno.symlink("elsewhere", join(home.space, "lib/link"));
    },
    4,
    /lib\/link: a symlink to "elsewhere", expected one to "data\.txt"/,
  ],
  "a folder instead of a link to it": [
    async (home) => {
      await Deno.remove(join(home.space, "lib64"));
      await Deno.mkdir(join(home.space, "lib64"));
    },
    4,
    /lib64: no symlink/,
  ],
  "no relocation": [
    (home) => home.write(`holotree/${SPACE}/bin/hello`, home.script(STAGE)),
    4,
    /bin\/hello: the space's name does not stand at/,
  ],
  "another content, when deep": [
    (home) => home.write(`holotree/${SPACE}/lib/data.txt`, "dati\n"),
    4,
    /data\.txt: its content is not what the library gives/,
  ],
  "a .meta of another space": [
    async (home) => {
      const meta = { ...await home.meta(), identity: "a1246bc_5a1fac3_9fcd2534" };
      await Deno.writeFile(`${home.space}.meta`, gzipSync(JSON.stringify(meta)));
    },
    4,
    /\.meta: expected identity "dc4d952_5a1fac3_9fcd2534", found "a1246bc_5a1fac3_9fcd2534"/,
  ],
  "another digest in .meta": [
    async (home) => {
      const meta = await home.meta();
      meta.tree.subdirs.lib.files["data.txt"].digest = "0".repeat(64);
      await Deno.writeFile(`${home.space}.meta`, gzipSync(JSON.stringify(meta)));
    },
    4,
    /data\.txt: another digest in the space's \.meta/,
  ],
  "a catalog of another platform": [
    (home) => home.changeCatalog((catalog) => ({ ...catalog, platform: "windows_amd64" })),
    4,
    /expected platform "linux_amd64", found "windows_amd64"/,
  ],
  "a shared catalog without its init marker": [
    (home) => home.changeCatalog((catalog) => ({ ...catalog, path: `/opt/robocorp/ht/${STAGE}` })),
    4,
    /does not fit a private holotree/,
  ],
  "another blueprint in the robot": [
    (home) => home.write("app/conda.yaml", "dependencies:\n- tinyenv=2.0\n"),
    4,
    /no catalog .*RCC_NO_BUILD forbids/,
  ],
  "no rcc.yaml": [
    (home) => Deno.remove(join(home.path, ".robocorp/rcc.yaml")),
    99,
    /rcc\.yaml: missing/,
  ],
  "another user in rcccache.yaml": [
    (home) => home.write(".robocorp/rcccache.yaml", "users:\n- somebody\n"),
    99,
    /no user "Robot"/,
  ],
  "an old version index": [
    (home) => Deno.utime(join(home.path, ".robocorp/templates/rcc.json"), 0, 0),
    99,
    /fetch its version index/,
  ],
  "a hololib.zip that is none": [
    (home) => home.write("app/hololib.zip", "no zip"),
    4,
    /hololib\.zip: no zip archive/,
  ],
};

for (const [title, [damage, code, message]] of Object.entries(DAMAGES)) {
  toolTest({ name: `the stand-in refuses ${title}`, needs: ["cc"] }, async () => {
    await using home = await makeHome();
    assert.equal((await home.run(["-t", "hello"], { RCC_STANDIN_RESTORE: "1" })).code, 0);
    await Deno.writeFile(`${home.space}.meta`, gzipSync(JSON.stringify(await home.meta())));
    const env: Record<string, string> = title.endsWith("deep") ? { RCC_STANDIN_DEEP: "1" } : {};
    assert.equal((await home.run(["-t", "hello"], env)).code, 0);
    await damage(home);
    const result = await home.run(["-t", "hello"], env);
    assert.match(result.stderr, message);
    assert.equal(result.code, code);
  });
}

const GZIPPED = new Uint8Array(gzipSync("packed twice"));

// deno-lint-ignore no-explicit-any
type Json = any;

interface Home extends AsyncDisposable {
  readonly path: string;
  readonly space: string;
  run(args: readonly string[], env?: Record<string, string>): Promise<RunResult>;
  write(name: string, text: string): Promise<void>;
  script(name: string): string;
  blob(content: string | Uint8Array<ArrayBuffer>): string;
  meta(): Promise<Json>;
  changeCatalog(change: (catalog: Json) => Json): Promise<void>;
  list(): Promise<readonly string[]>;
}

/** A robot with its library, its seeds and an empty holotree, in a temporary folder. */
async function makeHome({ raw = false } = {}): Promise<Home> {
  const folder = await temporaryFolder();
  const { path } = folder;
  const library = join(path, ".robocorp/hololib");
  const catalogPath = join(library, "catalog", `${BLUEPRINT}v12.linux_amd64`);
  const script = (name: string) => `#!/bin/sh\necho "${path}/holotree/${name}" "$@"\n`;
  const blob = (content: string | Uint8Array<ArrayBuffer>) => {
    const digest = raw ? rawDigest(content) : sha256(content);
    return join(library, "library", ...digest.match(/../g)!.slice(0, 3), digest);
  };
  const file = async (
    name: string,
    content: string | Uint8Array<ArrayBuffer>,
    { mode = 0o644, rewrite = [] as number[], symlink = undefined as string | undefined } = {},
  ) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const digest = blob(content).split("/").pop()!;
    await Deno.mkdir(join(blob(content), ".."), { recursive: true });
    await Deno.writeFile(blob(content), raw ? bytes : gzipSync(bytes));
    const size = bytes.length;
    return [name, { name, ...(symlink && { symlink }), size, mode, digest, rewrite }] as const;
  };
  const hello = script(STAGE);
  const lib = Object.fromEntries([
    await file("data.txt", "data\n"),
    await file("link", "data\n", { symlink: "data.txt" }),
    ...(raw ? [] : [await file("packed.gz", GZIPPED)]),
  ]);
  const bin = Object.fromEntries([
    await file("hello", hello, { mode: 0o755, rewrite: [hello.indexOf(STAGE)] }),
    await file("tool", "tool\n", { mode: SETUID + 0o755 }),
  ]);
  const directory = (name: string, files: Json, subdirs: Json = {}, symlink?: string) => ({
    name,
    ...(symlink && { symlink }),
    mode: FOLDER,
    subdirs,
    files,
  });
  const identity = "channels:\n- conda-forge\ndependencies:\n- tinyenv=1.0\n";
  const catalog = {
    rcc: "v18.18.1",
    identity: STAGE,
    path: `${path}/holotree/${STAGE}`,
    controller: "",
    space: "",
    platform: "linux_amd64",
    blueprint: BLUEPRINT,
    lifted: true,
    tree: directory("", Object.fromEntries([await file("identity.yaml", identity)]), {
      bin: directory("bin", bin),
      empty: directory("empty", {}),
      lib: directory("lib", lib),
      lib64: directory("lib64", lib, {}, "lib"),
    }),
  };
  const write = async (name: string, text: string) => {
    await Deno.mkdir(join(path, name, ".."), { recursive: true });
    await Deno.writeTextFile(join(path, name), text);
  };
  await write(".robocorp/hololib/used/.keep", "");
  if (raw) await write(".robocorp/hololib/catalog/compress.no", "");
  await write(`.robocorp/hololib/catalog/${BLUEPRINT}v12.linux_amd64`, "");
  await Deno.writeFile(catalogPath, gzipSync(JSON.stringify(catalog)));
  await write(".robocorp/rcc.yaml", "tracking:\n    identity: 1\n");
  await write(".robocorp/rcccache.yaml", "credentials: {}\nstamps: {}\nusers:\n- robot\n");
  await write(".robocorp/templates/rcc.json", `{"tested": []}`);
  await write("app/robot.yaml", ROBOT);
  await write("app/conda.yaml", identity.replace("- conda", "  - conda"));
  const readCatalog = async () =>
    JSON.parse(gunzipSync(await Deno.readFile(catalogPath)).toString());
  return {
    path,
    space: join(path, "holotree", SPACE),
    script,
    blob,
    write,
    meta: async () => ({
      ...await readCatalog(),
      identity: SPACE,
      path: join(path, "holotree", SPACE),
      controller: "rcc.user",
      space: "user",
    }),
    changeCatalog: async (change) => {
      await Deno.writeFile(catalogPath, gzipSync(JSON.stringify(change(await readCatalog()))));
    },
    list: async () => (await run("find", [path])).stdout.split("\n").sort(),
    run: async (args, env = {}) =>
      await run(await standinRcc(), ["run", "--robot", `${path}/app/robot.yaml`, ...args], {
        env: {
          HOME: "/home/robot",
          USER: "Robot",
          ROBOCORP_HOME: `${path}/.robocorp`,
          RCC_NO_BUILD: "1",
          ...env,
        },
        allowFailure: true,
      }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The key is the text `Very_Random-Seed`. */
function rawDigest(content: string | Uint8Array): string {
  const key = new DataView(new TextEncoder().encode("Very_Random-Seed").buffer);
  const hash = new SipHash({ k0: key.getBigUint64(0, true), k1: key.getBigUint64(8, true) }, 16);
  hash.update(typeof content === "string" ? new TextEncoder().encode(content) : content);
  return toHex(hash.finish());
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
