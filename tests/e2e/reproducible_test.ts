/** The same input and time give the same bytes. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFile, cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { fixturePath, TINY_HASH } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

interface BuildOptions {
  readonly robot: string;
  readonly jobs?: string;
  /** The zip of the fixture by default. */
  readonly hololib?: string;
}

const ZIP = fixturePath("tiny", "hololib.zip");

/** Builds into a folder of its own, with a cache of its own, and returns that folder. */
async function build(
  folder: string,
  name: string,
  { robot, jobs = "2", hololib = ZIP }: BuildOptions,
) {
  const output = join(folder, name);
  await Deno.mkdir(output);
  const { code, stderr } = await runProgram([
    ...["build", "-r", robot, "--hololib", hololib],
    ...["--base-image", `oci:${await busyboxBase()}`, "--rcc-exec", await standinRcc()],
    ...["--oci-layout", join(output, "layout"), "--save", join(output, "image.tar")],
    ...["--jobs", jobs, "--metadata-file", join(output, "metadata.json")],
  ], {
    cache: join(output, "cache"),
    env: { SOURCE_DATE_EPOCH: "1700000000" },
  });
  assert.equal(code, 0, stderr);
  return output;
}

/** Every file of a folder but the cache, with its hash. */
async function hashes(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    if (name.startsWith("cache") || !(await Deno.stat(path)).isFile) continue;
    found[name] = createHash("sha256").update(await readFile(path)).digest("hex");
  }
  return found;
}

toolTest(
  { name: "two builds with one SOURCE_DATE_EPOCH are the same bytes", needs: ["apt", "cc"] },
  async () => {
    await using folder = await temporaryFolder();
    const robot = fixturePath("tiny", "robot");
    const one = await hashes(await build(folder.path, "one", { robot, jobs: "1" }));
    const two = await hashes(await build(folder.path, "two", { robot, jobs: "3" }));
    assert.ok(Object.keys(one).length >= 9, JSON.stringify(one));
    assert.deepEqual(two, one);
  },
);

toolTest(
  { name: "a library's folder and its zip give the same image", needs: ["apt", "cc", "unzip"] },
  async () => {
    await using folder = await temporaryFolder();
    const robot = fixturePath("tiny", "robot");
    const hololib = join(folder.path, "hololib");
    await run("unzip", ["-q", ZIP, "-d", hololib]);
    // RCC writes this file beside each catalog, and exports none.
    const info = `${TINY_HASH}v12.linux_amd64.info`;
    await copyFile(fixturePath("tiny", info), join(hololib, "catalog", info));
    const fromZip = await build(folder.path, "from-zip", { robot });
    const fromFolder = await build(folder.path, "from-folder", { robot, hololib });
    assert.equal(await imageDigest(fromFolder), await imageDigest(fromZip));
  },
);

toolTest(
  { name: "another robot file changes the robot's layer alone", needs: ["apt", "cc"] },
  async () => {
    await using folder = await temporaryFolder();
    const robot = join(folder.path, "robot");
    await cp(fixturePath("tiny", "robot"), robot, { recursive: true });
    const before = await layersOf(await build(folder.path, "before", { robot }));
    await writeFile(join(robot, "new.txt"), "new\n");
    const after = await layersOf(await build(folder.path, "after", { robot }));
    assert.equal(after.length, 6);
    assert.deepEqual(after.slice(0, -1), before.slice(0, -1));
    assert.notEqual(after.at(-1), before.at(-1));
  },
);

toolTest(
  { name: "the default tag is the robot's name and the time", needs: ["apt", "cc"] },
  async () => {
    await using folder = await temporaryFolder();
    const robot = join(folder.path, "Größe Bot_1");
    await cp(fixturePath("tiny", "robot"), robot, { recursive: true });
    const output = await build(folder.path, "output", { robot });
    const { tags } = JSON.parse(await readFile(join(output, "metadata.json"), "utf8"));
    assert.deepEqual(tags, ["docker.io/library/gro-e-bot-1:20231114-221320"]);
  },
);

async function imageDigest(output: string): Promise<string> {
  return JSON.parse(await readFile(join(output, "metadata.json"), "utf8")).imageDigest;
}

async function layersOf(output: string): Promise<readonly string[]> {
  const { layers } = JSON.parse(await readFile(join(output, "metadata.json"), "utf8"));
  return layers.map(({ digest }: { digest: string }) => digest);
}
