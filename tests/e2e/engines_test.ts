/** Images run in every engine: offline, as uid 1000, and leave their artifacts. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase, debianBase, nastyBase } from "../support/bases.ts";
import { ENGINES } from "../support/engines.ts";
import { fixturePath, largeFixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

interface Robot {
  readonly robot: string;
  readonly hololib: string;
  readonly base: string;
  readonly tag: string;
  readonly extra?: readonly string[];
}

/** Builds a tarball in the folder. */
async function build(folder: string, { robot, hololib, base, tag, extra = [] }: Robot) {
  const tarball = join(folder, "image.tar");
  const { code, stderr } = await runProgram([
    ...["build", "-r", robot, "--hololib", hololib, "--base-image", `oci:${base}`],
    ...["--rcc-exec", await standinRcc(), "-t", tag, "--save", tarball, ...extra],
  ], { cache: join(folder, "cache") });
  assert.equal(code, 0, stderr);
  return tarball;
}

for (const engine of ENGINES) {
  const needs = [...engine.needs, "apt", "cc"] as const;

  toolTest({ name: `a robot of the tiny environment runs in ${engine.name}`, needs }, async () => {
    await using folder = await temporaryFolder();
    const tag = `e2e/tiny-${engine.name}:1`;
    await engine.load(await build(folder.path, { ...TINY, base: await busyboxBase(), tag }));
    const reference = `docker.io/${tag}`;
    const { code, stdout, stderr } = await engine.run(reference, {
      env: { RCC_STANDIN_DEEP: "1" },
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /hello from \/home\/dev\/\.robocorp\/holotree\/dc4d952_5a1fac3_9fcd2534/);
  });

  toolTest(
    { name: `the nasty base gives the robot no argument in ${engine.name}`, needs },
    async () => {
      await using folder = await temporaryFolder();
      const tag = `e2e/nasty-${engine.name}:1`;
      await engine.load(await build(folder.path, { ...TINY, base: await nastyBase(), tag }));
      const { code, stdout, stderr } = await engine.run(`docker.io/${tag}`);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^hello from /m);
      assert.doesNotMatch(stdout + stderr, /bash|the base's entrypoint/);
    },
  );

  toolTest({
    name: `a robot with Python runs in ${engine.name} and leaves its artifacts`,
    needs: [...needs, "mmdebstrap"],
    on: ["large fixtures"],
  }, async () => {
    await using folder = await temporaryFolder();
    await engine.load(await (pythonImage ??= buildPython()));
    const to = join(folder.path, "output");
    const { code, stdout, stderr } = await engine.run("docker.io/e2e/python:1", {
      copyOut: [{ from: "/home/robot/app/output", to }],
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /TASK OK 3\.11\.7 2\.31\.0 /);
    assert.equal(await readFile(join(to, "prerun.txt"), "utf8"), "prerun ok");
    const result = JSON.parse(await readFile(join(to, "result.json"), "utf8"));
    assert.deepEqual([result.uid, result.yaml], [1000, "6.0.1"]);
  });
}

const TINY = {
  robot: fixturePath("tiny", "robot"),
  hololib: fixturePath("tiny", "hololib.zip"),
  extra: ["--task", "Hello"],
};

/** One image for all engines. */
let pythonImage: Promise<string> | undefined;
const pythonFolder = await temporaryFolder();
Deno.test.afterAll(async () => await pythonFolder[Symbol.asyncDispose]());

async function buildPython(): Promise<string> {
  const robot = largeFixturePath("python", "robot")!;
  const hololib = largeFixturePath("python", "hololib.zip")!;
  const base = await debianBase();
  return await build(pythonFolder.path, { robot, hololib, base, tag: "e2e/python:1" });
}
