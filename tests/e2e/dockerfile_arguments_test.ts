/** What `dockerfile` prints, refuses and overwrites. */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { startDockerRegistry } from "../support/docker_registry.ts";
import { fixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";
import { BASE_TAG } from "../support/write_layout.ts";

const ROBOT = fixturePath("tiny", "robot");

Deno.test("dockerfile prints the Dockerfile on standard output, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const { code, stdout } = await runProgram(["dockerfile", "-r", ROBOT], { cache: folder.path });
  assert.equal(code, 0);
  assert.match(stdout, /^# Robot "robot", by rcc-oci /);
  assert.match(stdout, /^ARG BASE_IMAGE=docker\.io\/library\/debian:stable-slim$/m);
  assert.match(stdout, /\nCMD \[\]\n$/);
});

Deno.test("dockerfile needs neither rcc nor a library for the plain form", async () => {
  await using folder = await temporaryFolder();
  const env = { HOME: folder.path, PATH: "/nowhere" };
  const { code, stdout, stderr } = await runProgram(["dockerfile", "-r", ROBOT], {
    cache: join(folder.path, "cache"),
    env,
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /rcc resolves it, from the network/);
});

const NO_REGISTRY = [
  ...["oci:base", "oci-archive:base.tar", "docker-archive:base.tar"],
  ...["base.tar", "./base", "scratch"],
];

for (const base of NO_REGISTRY) {
  Deno.test(`dockerfile refuses to begin from ${base}, and names --context`, async () => {
    await using folder = await temporaryFolder();
    const { code, stdout, stderr } = await runProgram(
      ["dockerfile", "-r", ROBOT, "--base-image", base],
      { cache: folder.path },
    );
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^Error: failed to begin a Dockerfile from ".*": .*--context/m);
  });
}

Deno.test("dockerfile refuses options that say nothing of its form", async () => {
  await using folder = await temporaryFolder();
  for (const args of [["--force"], ["--context", "x", "--pin"]]) {
    const { code, stderr } = await runProgram(["dockerfile", "-r", ROBOT, ...args], {
      cache: folder.path,
    });
    assert.equal(code, 2);
    assert.match(stderr, /^Error: failed to use --(force|pin)/m);
  }
});

toolTest(
  {
    name: "dockerfile --pin names the base by its digest",
    needs: ["apt", "docker-registry", "skopeo"],
  },
  async () => {
    await using folder = await temporaryFolder();
    await using registry = await startDockerRegistry();
    const name = `${registry.host}/base:1`;
    const { stdout: digest } = await pushBase(name, folder.path);
    const { code, stdout, stderr } = await runProgram(
      ["dockerfile", "-r", ROBOT, "--base-image", name, "--pin"],
      { cache: join(folder.path, "cache") },
    );
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes(`\nARG BASE_IMAGE=${name}@${digest}\n`), stdout);
    assert.ok(stdout.includes(`org.opencontainers.image.base.digest="${digest}"`));
  },
);

async function pushBase(name: string, folder: string) {
  const file = join(folder, "digest");
  await run("skopeo", [
    ...["copy", "--quiet", "--dest-tls-verify=false", "--digestfile", file],
    ...[`oci:${await busyboxBase()}:${BASE_TAG}`, `docker://${name}`],
  ]);
  return { stdout: await readFile(file, "utf8") };
}

const NEEDS = ["apt", "cc"] as const;

/** Writes a context of a robot. */
async function writeContext(robot: string, context: string, args: readonly string[] = []) {
  await using folder = await temporaryFolder();
  return await runProgram([
    ...["dockerfile", "-r", robot, "--hololib", fixturePath("tiny", "hololib.zip")],
    ...["--base-image", `oci:${await busyboxBase()}`, "--rcc-exec", await standinRcc()],
    ...["--context", context, ...args],
  ], { cache: folder.path });
}

toolTest({ name: "another context is overwritten with --force alone", needs: NEEDS }, async () => {
  await using folder = await temporaryFolder();
  const context = join(folder.path, "context");
  assert.equal((await writeContext(ROBOT, context)).code, 0);
  const refused = await writeContext(ROBOT, context, ["--task", "Hello"]);
  assert.equal(refused.code, 7);
  assert.match(refused.stderr, /failed to write a build context ".*": it is there already/);
  assert.doesNotMatch(await readFile(join(context, "Dockerfile"), "utf8"), /"--task"/);
  const forced = await writeContext(ROBOT, context, ["--task", "Hello", "--force"]);
  assert.equal(forced.code, 0, forced.stderr);
  assert.match(
    await readFile(join(context, "Dockerfile"), "utf8"),
    /\nENTRYPOINT \[.*, "--task", "Hello"\]\nCMD \[\]\n$/,
  );
  assert.deepEqual(await readdir(folder.path), ["context"]);
});

toolTest(
  { name: "a folder with anything else is no context, --force or not", needs: NEEDS },
  async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "Dockerfile"), "");
    await writeFile(join(folder.path, "thesis.txt"), "");
    for (const args of [[], ["--force"]]) {
      const { code, stderr } = await writeContext(ROBOT, folder.path, args);
      assert.equal(code, 7);
      assert.match(stderr, /the folder has "thesis\.txt" in it and is no context/);
    }
    assert.deepEqual((await readdir(folder.path)).sort(), ["Dockerfile", "thesis.txt"]);
  },
);

toolTest({ name: "an empty folder becomes a context", needs: NEEDS }, async () => {
  await using folder = await temporaryFolder();
  const context = join(folder.path, "context");
  await mkdir(context);
  const { code, stderr } = await writeContext(ROBOT, context);
  assert.equal(code, 0, stderr);
  assert.ok((await readdir(context)).includes("Dockerfile"));
});

toolTest({ name: "a context that fails leaves nothing behind", needs: NEEDS }, async () => {
  await using folder = await temporaryFolder();
  const { code } = await writeContext(ROBOT, join(folder.path, "context"), [
    ...["--hololib", join(folder.path, "nowhere")],
  ]);
  assert.equal(code, 5);
  assert.deepEqual(await readdir(folder.path), []);
});

toolTest(
  { name: "a context in the robot's folder is no part of the robot", needs: NEEDS },
  async () => {
    await using folder = await temporaryFolder();
    const robot = join(folder.path, "robot");
    await cp(ROBOT, robot, { recursive: true });
    const context = join(robot, "my context");
    for (const args of [[], ["--force"]]) {
      const { code, stderr } = await writeContext(robot, context, args);
      assert.equal(code, 0, stderr);
      const { stdout } = await run("tar", ["-tzf", join(context, "robot.tar.gz")]);
      assert.doesNotMatch(stdout, /context/);
    }
  },
);
