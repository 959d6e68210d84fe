/** What a build needs is found out before it begins: by doctor, and by build itself. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { busyboxBase } from "../support/bases.ts";
import { fixturePath } from "../support/fixtures.ts";
import { serveRegistry } from "../support/faulty_registry.ts";
import { listen } from "../support/loopback.ts";
import { runProgram } from "../support/program.ts";
import { type StandinHost, standinHost } from "../support/standin_resolver.ts";
import { serveTokens } from "../support/token_server.ts";
import { run, type RunResult, type Tool, toolTest } from "../support/tools.ts";

const NEEDS = ["apt"] as const satisfies readonly Tool[];
const ROBOT =
  "tasks:\n  Hello:\n    shell: where\ncondaConfigFile: conda.yaml\nartifactsDir: output\n";
const CONDA = "channels:\n  - conda-forge\ndependencies:\n  - tinyenv=1.0\n";

/** A host on which a build goes well, once rcc has resolved. */
interface Scene extends AsyncDisposable {
  readonly host: StandinHost;
  readonly cache: string;
  run(command: string, fault?: Fault, ...more: readonly string[]): Promise<RunResult>;
}

/** What differs from a good host. */
interface Fault {
  /** By their names; `true` for one without a value, `false` to leave one out. */
  readonly options?: Readonly<Record<string, string | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cache?: string;
}

async function scene(): Promise<Scene> {
  const host = await standinHost();
  const path = (name: string) => join(host.folder, name);
  await mkdir(path("robot"));
  await writeFile(join(path("robot"), "robot.yaml"), ROBOT);
  await writeFile(join(path("robot"), "conda.yaml"), CONDA);
  await writeFile(path("rcc-linux64"), standInElf("not rcc\n"), { mode: 0o755 });
  await writeFile(path("file"), "");
  const options: Fault["options"] = {
    "--robot": path("robot"),
    "--rcc-exec": path("rcc-linux64"),
    "--base-image": `oci:${await busyboxBase()}`,
    "--save": path("image.tar"),
  };
  return {
    host,
    cache: path("cache"),
    run: (command, fault = {}, ...more) =>
      runProgram([
        command,
        ...Object.entries({ ...options, ...fault.options }).flatMap(([name, value]) =>
          value === false ? [] : value === true ? [name] : [name, value]
        ),
        ...more,
      ], {
        cache: fault.cache ?? path("cache"),
        cwd: host.folder,
        env: { ...host.env, ...fault.env },
      }),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** The status of each row of doctor's table. */
function statuses(stdout: string): Readonly<Record<string, string>> {
  const rows = stdout.split("\n").map((line) =>
    /^(\S.*?) {2,}(ok|warning|FAILED|-) {2}/.exec(line)
  );
  return Object.fromEntries(rows.flatMap((row) => row === null ? [] : [[row[1], row[2]]]));
}

function failedRows(stdout: string): readonly string[] {
  return Object.entries(statuses(stdout)).filter(([, status]) => status === "FAILED")
    .map(([name]) => name);
}

function errorsOf({ stderr }: RunResult): readonly string[] {
  return stderr.split("\n").filter((line) => line.startsWith("Error: "));
}

toolTest(
  { name: "doctor finds nothing wrong with a good host, and writes nothing", needs: NEEDS },
  async () => {
    await using good = await scene();
    const before = (await readdir(good.host.folder)).sort();
    const { code, stdout, stderr } = await good.run("doctor");
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(failedRows(stdout), []);
    assert.match(stdout, /^environment +- +not built yet, rcc is going to resolve it$/m);
    assert.match(stdout, /^rcc of this host +ok +.*\/bin\/rcc, version 18\.18\.1$/m);
    assert.deepEqual((await readdir(good.host.folder)).sort(), before);
    assert.ok((await good.host.calls()).every(({ args }) => args[0] === "version"));
  },
);

/** What is wrong, alone. The port is one that nobody listens at. */
const FAULTS: readonly {
  readonly row: string;
  readonly fault: (scene: Scene, port: number) => Fault;
  readonly code: number;
  readonly error: RegExp;
  /** Where only doctor looks: a build does not need it, or says it in other words. */
  readonly isDoctors?: boolean;
}[] = [
  {
    row: "robot",
    fault: () => ({ options: { "--robot": "none" } }),
    code: 3,
    error: /failed to read "none": no such file, check the path/,
  },
  {
    row: "files",
    fault: () => ({ options: { "--ca-cert": "none.pem" } }),
    code: 2,
    error: /file of --ca-cert "none\.pem": no such file, name a file that you can read/,
    isDoctors: true,
  },
  {
    row: "environment",
    fault: () => ({ options: { "--hololib": "none.zip" } }),
    code: 5,
    error: /failed to open library "none\.zip": found nothing there, expected a folder/,
  },
  {
    row: "rcc of this host",
    fault: () => ({ options: { "--rcc-exec": false, "--offline": true }, env: { PATH: "/none" } }),
    code: 4,
    error: /put rcc on PATH, or name a library that has the environment with --hololib$/m,
  },
  {
    row: "rcc of the image",
    fault: () => ({ options: { "--rcc-exec": "file" } }),
    code: 4,
    error: /failed to use rcc ".*\/file": found an empty file, give a static Linux amd64 rcc/,
  },
  {
    row: "base image",
    fault: () => ({ options: { "--base-image": "oci:none" } }),
    code: 6,
    error: /failed to read base image "oci:none": /,
  },
  {
    row: "registries",
    fault: (_, port) => ({
      options: { "--save": false, "--push": true, "-t": `127.0.0.1:${port}/a:1` },
    }),
    code: 6,
    error:
      /failed to reach registry "127\.0\.0\.1:\d+" to push: .*, or write the image with --save/,
    isDoctors: true,
  },
  {
    row: "outputs",
    fault: () => ({ options: { "--save": "none/image.tar" } }),
    code: 7,
    error: /failed to write image archive ".*\/none\/image\.tar": there is no folder/,
  },
  {
    row: "cache folder",
    fault: ({ host: { folder } }) => ({ cache: join(folder, "file") }),
    code: 7,
    error: /failed to write in ".*\/file": it is no folder.*, name another cache .*RCC_OCI_CACHE/,
  },
  {
    row: "temporary folder",
    fault: ({ host: { folder } }) => ({ env: { TMPDIR: join(folder, "file") } }),
    code: 7,
    error: /failed to write in ".*\/file": it is no folder.*, set TMPDIR to a folder of yours/,
    isDoctors: true,
  },
];

for (const { row, fault, code, error, isDoctors = false } of FAULTS) {
  toolTest(
    { name: `doctor and build say what is wrong with the ${row}`, needs: NEEDS },
    async () => {
      await using own = await scene();
      const server = await listen(createServer());
      await server[Symbol.asyncDispose]();
      const wrong = fault(own, server.port);
      const seen = await own.run("doctor", wrong);
      assert.ok(failedRows(seen.stdout).includes(row), seen.stdout + seen.stderr);
      assert.match(seen.stdout, error);
      assert.equal(seen.code, code, seen.stdout);
      if (isDoctors) return;
      const built = await own.run("build", wrong);
      assert.equal(built.code, code, built.stderr);
      assert.match(built.stderr, error);
      assert.ok(!(await own.host.calls()).some(({ args }) => args.includes("variables")));
    },
  );
}

toolTest({ name: "doctor and build say all that is wrong at once", needs: NEEDS }, async () => {
  await using own = await scene();
  const all = FAULTS.filter(({ row }) => !["environment", "files", "registries"].includes(row))
    .map(({ fault }) => fault(own, 9));
  const wrong: Fault = {
    ...Object.assign({}, ...all),
    options: Object.assign({}, ...all.map(({ options }) => options), { "--rcc-exec": "file" }),
    env: Object.assign({}, ...all.map(({ env }) => env)),
  };
  const { code, stdout } = await own.run("doctor", wrong);
  assert.equal(code, 3);
  assert.deepEqual(failedRows(stdout).toSorted(), [
    ...["base image", "cache folder", "outputs", "rcc of the image", "robot", "temporary folder"],
  ]);
  const built = await own.run("build", wrong);
  assert.equal(built.code, 3);
  const errors = errorsOf(built).join("\n");
  for (const said of [/"none"/, /empty file/, /"oci:none"/, /image archive/, /RCC_OCI_CACHE/]) {
    assert.match(errors, said);
  }
  assert.deepEqual(await readdir(own.host.robocorpHome).catch(() => []), []);
});

toolTest({ name: "doctor --json is one document with ids and cures", needs: NEEDS }, async () => {
  await using own = await scene();
  const wrong = { options: { "--save": "none/image.tar" }, env: { PATH: "/none" } };
  const { code, stdout } = await own.run("doctor", wrong, "--json");
  assert.equal(code, 7);
  const { ok, checks } = JSON.parse(stdout);
  assert.equal(ok, false);
  const byName = Object.fromEntries(checks.map((check: { name: string }) => [check.name, check]));
  assert.deepEqual(byName.outputs.ids, ["output/unwritable"]);
  assert.equal(byName.platform.status, "ok");
  assert.equal(byName["rcc of this host"].status, "ok", "the image's rcc can resolve too");
});

toolTest(
  { name: "doctor, --plan and build ask for the right to push as the push does", needs: NEEDS },
  async () => {
    await using own = await scene();
    await using tokens = await serveTokens({ basic: "me:right" });
    await using registry = await serveRegistry({ tokens });
    const push = (password: string) => ({
      options: { "--save": false, "--push": true, "-t": `${registry.host}/bot:1` },
      env: { RCC_OCI_USERNAME: "me", RCC_OCI_PASSWORD: password },
    });
    const well = await own.run("doctor", push("right"));
    assert.equal(well.code, 0, well.stdout + well.stderr);
    assert.match(well.stdout, /^registries +ok +127\.0\.0\.1:\d+ to push$/m);
    assert.deepEqual(tokens.asked.at(-1)!.parameters.getAll("scope"), ["repository:bot:pull,push"]);
    assert.deepEqual(registry.lines().slice(-2), [
      "POST /v2/bot/blobs/uploads/",
      "DELETE /v2/bot/blobs/uploads/<…>",
    ]);
    assert.equal(registry.uploads.size, 0);
    const refused = await own.run("doctor", push("wrong"));
    assert.equal(refused.code, 6);
    assert.deepEqual(failedRows(refused.stdout), ["registries"]);
    for (const [command, more] of [["build", ["--plan"]], ["build", []]] as const) {
      const { code, stdout, stderr } = await own.run(command, push("wrong"), ...more);
      assert.equal(code, 6, stdout + stderr);
      assert.match(
        stderr,
        /failed to push ".*": registry .* answered 401 to GET \/token; the cred/,
      );
      assert.doesNotMatch(stdout, /Layering/);
    }
  },
);

toolTest({
  name: "doctor and build say that a disk is too small, with what else is wrong",
  needs: [...NEEDS, "mount"],
}, async () => {
  await using own = await scene();
  const disk = join(own.host.folder, "disk");
  await mkdir(disk);
  await run("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
  try {
    const wrong = {
      options: {
        "--robot": fixturePath("tiny", "robot"),
        "--hololib": fixturePath("tiny", "hololib.zip"),
        "--save": "disk/image.tar",
        "--metadata-file": "none/metadata.json",
      },
    };
    const { "--metadata-file": _, ...options } = wrong.options;
    const seen = await own.run("doctor", { options });
    assert.deepEqual(failedRows(seen.stdout), ["disk space"], seen.stdout);
    assert.equal(seen.code, 7);
    const built = await own.run("build", wrong);
    assert.equal(built.code, 7, built.stderr);
    const errors = errorsOf(built).toSorted();
    assert.equal(errors.length, 2, built.stderr);
    assert.match(
      errors[0]!,
      /^Error: failed to find room for the image: about [0-9.]+ MB are needed/,
    );
    assert.match(errors[1]!, /^Error: failed to write metadata file ".*\/none\/metadata\.json": /);
    assert.deepEqual(await readdir(disk), []);
  } finally {
    await run("umount", [disk]);
  }
});
