import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { asOciArchive, busyboxBase } from "../support/bases.ts";
import { podman } from "../support/engines.ts";
import { fixturePath, readSpaceMeta } from "../support/fixtures.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, type RunResult, toolTest } from "../support/tools.ts";

const NEEDS = ["podman", "apt", "cc", "skopeo", "unzip"] as const;
const OWNER = 1000;

/** Where the libraries that RCC recorded lie in a container, and whose HOME they belong to. */
const MODES = {
  "tiny": {
    home: "/home/dev",
    library: "/home/dev/.robocorp/hololib",
    holotree: "/home/dev/.robocorp/holotree",
  },
  "tiny-nocompress": {
    home: "/home/dev2",
    library: "/home/dev2/.robocorp/hololib",
    holotree: "/home/dev2/.robocorp/holotree",
  },
  "tiny-shared": {
    home: "/home/dev3",
    library: "/opt/robocorp/ht/lib",
    holotree: "/opt/robocorp/ht",
  },
} as const;

for (const fixture of Object.keys(MODES) as (keyof typeof MODES)[]) {
  toolTest({
    name: `the stand-in agrees with RCC about the space of ${fixture}`,
    needs: NEEDS,
  }, async () => {
    await using world = await makeWorld(fixture);
    const restored = await world.run({ RCC_STANDIN_RESTORE: "1" });
    assert.equal(restored.code, 0, restored.stderr);
    const meta = await readSpaceMeta(fixture);
    const { identity } = JSON.parse(new TextDecoder().decode(meta));
    await Deno.writeFile(join(world.holotree, `${identity}.meta`), gzipSync(meta));
    const taken = await world.run({ RCC_STANDIN_DEEP: "1" });
    assert.equal(taken.code, 0, taken.stderr);
    assert.match(taken.stdout, new RegExp(`^hello from .*/${identity}\n`));
  });
}

toolTest(
  { name: "the stand-in needs the owner of the space's folders", needs: NEEDS },
  async () => {
    await using world = await makeWorld("tiny");
    assert.equal((await world.run({ RCC_STANDIN_RESTORE: "1" })).code, 0);
    await run("chmod", ["-R", "a+rwX", world.path]);
    const { code, stderr } = await world.run({}, { user: "4242:4242" });
    assert.equal(code, 4);
    assert.match(stderr, /its times cannot be set by uid 4242/);
  },
);

toolTest(
  { name: "the stand-in needs a file system that can be written", needs: NEEDS },
  async () => {
    await using world = await makeWorld("tiny");
    assert.equal((await world.run({ RCC_STANDIN_RESTORE: "1" })).code, 0);
    const { code, stderr } = await world.run({}, { readOnly: true });
    assert.equal(code, 4);
    assert.match(stderr, /rcc\.yaml: not writable/);
  },
);

toolTest({
  name: "a sealed space runs for any uid on a read-only file system",
  needs: NEEDS,
}, async () => {
  await using world = await makeWorld("tiny");
  assert.equal((await world.run({ RCC_STANDIN_RESTORE: "1" })).code, 0);
  await run("chown", ["-R", "0:0", world.path]);
  await run("chmod", ["-R", "go-w,a+rX", world.path]);
  // runc gives a tmpfs the mode of the folder below it, whatever mode is asked for.
  await Deno.chmod(join(world.path, MODES.tiny.home, "app/output"), 0o777);
  const sealed = { user: "4242:4242", readOnly: true, flags: ["--warranty-voided"] };
  const env = { RCC_NO_TEMP_MANAGEMENT: "1" };
  const { code, stdout, stderr } = await world.run(env, { ...sealed, artifacts: true });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^hello from/);
  const without = await world.run(env, sealed);
  assert.equal(without.code, 4);
  assert.match(without.stderr, /artifacts folder .* not writable/);
});

toolTest({
  name: "the stand-in needs the init marker of HOME in a shared holotree",
  needs: NEEDS,
}, async () => {
  await using world = await makeWorld("tiny-shared");
  const { code, stderr } = await world.run({ RCC_STANDIN_RESTORE: "1", HOME: "/home/other" });
  assert.equal(code, 4);
  assert.match(stderr, /no catalog \/home\/dev3\/\.robocorp\/hololib/);
});

toolTest({
  name: "the stand-in needs the folders of a shared holotree open to all",
  needs: NEEDS,
}, async () => {
  await using world = await makeWorld("tiny-shared");
  assert.equal((await world.run({ RCC_STANDIN_RESTORE: "1" })).code, 0);
  await Deno.chmod(join(world.holotree, "lib/used"), 0o755);
  const { code, stderr } = await world.run({});
  assert.equal(code, 4);
  assert.match(stderr, /\/lib\/used: expected mode 0777 in a shared holotree, found 0755/);
});

interface Start {
  readonly user?: string;
  readonly readOnly?: boolean;
  readonly flags?: readonly string[];
  /** A folder in memory for the artifacts. */
  readonly artifacts?: boolean;
}

interface World extends AsyncDisposable {
  /** Of all that containers see, here. */
  readonly path: string;
  readonly holotree: string;
  run(env: Readonly<Record<string, string>>, start?: Start): Promise<RunResult>;
}

/** The folders of a container that has a library and the tiny robot. */
async function makeWorld(fixture: keyof typeof MODES): Promise<World> {
  const { home, library, holotree } = MODES[fixture];
  const folder = await temporaryFolder();
  const here = (path: string) => join(folder.path, path);
  for (const path of [home, "/opt/robocorp", `${home}/app/output`, `${home}/.robocorp`, holotree]) {
    await Deno.mkdir(here(path), { recursive: true });
  }
  await putLibrary(fixture, here(library));
  await run("cp", ["-r", `${fixturePath("tiny", "robot")}/.`, here(`${home}/app`)]);
  await Deno.writeTextFile(here(`${home}/.robocorp/rcc.yaml`), "tracking:\n    identity: 1\n");
  await Deno.writeTextFile(here(`${home}/.robocorp/rcccache.yaml`), "users:\n- robot\n");
  await run("chown", ["-R", `${OWNER}:${OWNER}`, folder.path]);
  if (fixture === "tiny-shared") await Deno.chmod(here(holotree), 0o777);
  const [base] = await podman.load(await asOciArchive(await busyboxBase()));
  const rcc = await standinRcc();
  return {
    path: folder.path,
    holotree: here(holotree),
    run: async (env, { user, readOnly = false, flags = [], artifacts = false } = {}) =>
      await podman.run(base!, {
        entrypoint: "/usr/local/bin/rcc",
        args: ["run", "--robot", `${home}/app/robot.yaml`, "--task", "Hello", ...flags],
        user: user ?? `${OWNER}:${OWNER}`,
        env: {
          HOME: home,
          USER: "robot",
          ROBOCORP_HOME: `${home}/.robocorp`,
          RCC_NO_BUILD: "1",
          RCC_AUTOUPDATES_RCC_INDEX: "http://127.0.0.1:9/",
          ...env,
        },
        readOnly,
        tmpfs: artifacts ? [`${home}/app/output:mode=1777`] : [],
        mounts: [
          { source: rcc, target: "/usr/local/bin/rcc", readOnly: true },
          { source: here(home), target: home, readOnly },
          { source: here("/opt/robocorp"), target: "/opt/robocorp", readOnly },
        ],
      }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function putLibrary(fixture: keyof typeof MODES, target: string): Promise<void> {
  if (fixture === "tiny") {
    await run("unzip", ["-q", fixturePath("tiny", "hololib.zip"), "-d", target]);
    await Deno.mkdir(join(target, "used"));
    return;
  }
  const archive = fixturePath(fixture, fixture === "tiny-shared" ? "lib.tar.gz" : "hololib.tar.gz");
  await run("tar", ["-xpf", archive, "-C", join(target, "..")]);
}
