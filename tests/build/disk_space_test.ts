/** What is said of the space that a build takes, against the space that it takes. */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { openBase } from "../../src/base/mod.ts";
import { runChecks, type SpaceFact } from "../../src/checks/mod.ts";
import { diskSpaceFacts } from "../../src/build/disk_space.ts";
import { sampleRatio } from "../../src/build/sample_ratio.ts";
import type { Packing } from "../../src/compression/mod.ts";
import { Packer } from "../../src/packing/mod.ts";
import { findEnvironment } from "../../src/holotree/mod.ts";
import { assembleImage, writeLayers } from "../../src/image/mod.ts";
import { archiveOutput, layoutOutput } from "../../src/output/mod.ts";
import { type Plan, planImage, type StartMode } from "../../src/plan/mod.ts";
import { findRcc } from "../../src/rcc/mod.ts";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import { BlobCache } from "../../src/store/mod.ts";
import { GOOD_FACTS } from "../checks/facts.ts";
import { fixturePath, largeFixturePath, unpackLibrary } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

interface PlanOptions {
  readonly folder: string;
  readonly robot: string;
  readonly library: string;
  readonly packing?: Packing;
  readonly start?: StartMode;
}

async function planOf(
  { folder, robot: from, library, packing = { codec: "gzip" }, start = "checked" }: PlanOptions,
): Promise<Plan> {
  const own = join(folder, "robot");
  await cp(from, own, { recursive: true });
  const rccExec = join(folder, "rcc");
  await writeFile(rccExec, standInElf("stand-in\n"));
  const robot = await readRobot(own);
  return planImage({
    options: {
      tags: [],
      env: new Map(),
      labels: new Map(),
      maxLayers: 60,
      start,
      init: false,
      packing,
      created: new Date(0),
    },
    robot,
    robotEntries: (await listRobotFiles(robot)).entries,
    environment: await findEnvironment([{ path: library, origin: "given" }], {}),
    rcc: await findRcc({ rccExec, hostOs: "linux", env: {} }),
    base: await openBase("scratch"),
    runtime: {},
  });
}

/** Builds what was planned, and returns the bytes of the cache, and what the output takes besides. */
async function build(
  plan: Plan,
  { cache, save, ociLayout }: { cache: BlobCache; save?: string; ociLayout?: string },
): Promise<{ readonly cacheBytes: number; readonly outputBytes: number }> {
  using packer = new Packer({ packing: plan.packing, jobs: 2 });
  const layers = await writeLayers(plan.layers, { cache, packer });
  const output = save === undefined ? layoutOutput(ociLayout!) : archiveOutput(save);
  await output.write(assembleImage(plan, layers));
  return {
    cacheBytes: await bytesIn(join(cache.path, "blobs")),
    outputBytes: save === undefined
      ? await bytesIn(ociLayout!, { shared: false })
      : (await stat(save)).size,
  };
}

/** Of a blob that the cache has as well, none. */
async function bytesIn(folder: string, { shared = true } = {}): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(async ({ parentPath, name }) => {
    const { size, nlink } = await stat(join(parentPath, name));
    return shared || nlink === 1 ? size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function needed(facts: readonly SpaceFact[], what: string): number {
  return facts.find((fact) => fact.what === what)!.neededBytes;
}

function total(facts: readonly SpaceFact[]): number {
  return facts.reduce((sum, { neededBytes }) => sum + neededBytes, 0);
}

function requireNear(estimate: number, real: number, what: string): void {
  const off = Math.abs(estimate - real) / real;
  assert.ok(off < 0.2, `${what}: ${estimate} estimated, ${real} written`);
}

const PYTHON = largeFixturePath("python");

for (
  const { name, packing, start } of [
    { name: "as it is", packing: { codec: "gzip" } },
    { name: "trusted", packing: { codec: "gzip" }, start: "trusted" },
    { name: "sealed", packing: { codec: "gzip" }, start: "sealed" },
    { name: "packed by gzip 9", packing: { codec: "gzip", level: 9 } },
    { name: "packed by zstd", packing: { codec: "zstd" } },
  ] as const satisfies readonly Partial<PlanOptions & { name: string }>[]
) {
  toolTest({
    name: `diskSpaceFacts() is right within a fifth for an environment of Python ${name}`,
    needs: [],
    on: ["large fixtures"],
  }, async () => {
    await using folder = await temporaryFolder();
    const plan = await planOf({
      folder: folder.path,
      robot: join(PYTHON!, "robot"),
      library: join(PYTHON!, "hololib.zip"),
      packing,
      start: start ?? "checked",
    });
    const cache = new BlobCache(join(folder.path, "cache"));
    const ociLayout = join(folder.path, "layout");
    const facts = await diskSpaceFacts(plan, { cache, ociLayout });
    const most = await diskSpaceFacts(plan, { cache, ociLayout, atMost: true });
    const { cacheBytes, outputBytes } = await build(plan, { cache, ociLayout });
    requireNear(needed(facts, "layers in the cache"), cacheBytes, "cache");
    requireNear(total(facts), cacheBytes + outputBytes, "cache and layout");
    assert.ok(total(most) >= cacheBytes + outputBytes, "the most is not less");
    assert.ok(total(most) < 1.5 * (cacheBytes + outputBytes), "nor far from it");
    const again = await diskSpaceFacts(plan, { cache, ociLayout });
    assert.ok(needed(again, "layers in the cache") < 16 * 1024, "the robot's layer alone");
    assert.ok(needed(again, "the image") < 64 * 1024, "the layout has the layers already");
  });
}

toolTest({
  name: "the check of the disk is right within a fifth on a small one",
  needs: ["mount"],
  on: ["large fixtures"],
}, async () => {
  await using folder = await temporaryFolder();
  const plan = await planOf({
    folder: folder.path,
    robot: join(PYTHON!, "robot"),
    library: join(PYTHON!, "hololib.zip"),
  });
  const roomy = new BlobCache(join(folder.path, "cache"));
  const facts = await diskSpaceFacts(plan, { cache: roomy, save: join(folder.path, "image.tar") });
  const total = facts.reduce((sum, { neededBytes }) => sum + neededBytes, 0);
  for (const [size, fits] of [[total * 1.25, true], [total / 1.25, false]] as const) {
    await withTmpfs(join(folder.path, `disk ${fits}`), Math.ceil(size), async (disk) => {
      const cache = new BlobCache(join(disk, "cache"));
      const save = join(disk, "image.tar");
      const space = await diskSpaceFacts(plan, { cache, save });
      const [check] = runChecks({ ...GOOD_FACTS, space })
        .filter(({ name }) => name === "disk space");
      assert.equal(check!.status, fits ? "ok" : "failed", check!.message);
      if (fits) await build(plan, { cache, save });
      else await assert.rejects(build(plan, { cache, save }), /ENOSPC|[Nn]o space/);
    });
  }
});

async function withTmpfs(
  path: string,
  size: number,
  test: (path: string) => Promise<void>,
): Promise<void> {
  await mkdir(path);
  await run("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]);
  try {
    await test(path);
  } finally {
    await run("umount", [path]);
  }
}

for (const fixture of ["tiny-nocompress", "tiny-shared"] as const) {
  Deno.test(`diskSpaceFacts() has an idea of a library such as ${fixture}`, async () => {
    await using folder = await temporaryFolder();
    await using library = await unpackLibrary(fixture);
    const plan = await planOf({
      folder: folder.path,
      robot: fixturePath("tiny", "robot"),
      library: library.path,
    });
    const cache = new BlobCache(join(folder.path, "cache"));
    const save = join(folder.path, "image.tar");
    const facts = await diskSpaceFacts(plan, { cache, save });
    const { cacheBytes } = await build(plan, { cache, save });
    const estimate = needed(facts, "layers in the cache");
    assert.ok(
      estimate > cacheBytes / 2 && estimate < cacheBytes * 2,
      `${estimate} estimated, ${cacheBytes} written`,
    );
  });
}

Deno.test("diskSpaceFacts() tells file systems apart and says how much is free", async () => {
  await using folder = await temporaryFolder();
  await using library = await unpackLibrary("tiny-shared");
  const plan = await planOf({
    folder: folder.path,
    robot: fixturePath("tiny", "robot"),
    library: library.path,
  });
  const cache = new BlobCache(join(folder.path, "not", "there", "yet"));
  const facts = await diskSpaceFacts(plan, { cache, save: join(folder.path, "image.tar") });
  assert.equal(new Set(facts.map(({ device }) => device)).size, 1);
  assert.ok(facts.every(({ freeBytes }) => freeBytes > 0));
  assert.deepEqual(facts.map(({ what }) => what), ["layers in the cache", "the image"]);
  const [only, ...others] = await diskSpaceFacts(plan, { cache });
  assert.deepEqual([only!.what, others], ["layers in the cache", []]);
});

Deno.test("sampleRatio() tells what packs well from what does not, by samples of all files", async () => {
  await using folder = await temporaryFolder();
  const write = async (name: string, bytes: Uint8Array) => {
    const path = join(folder.path, name);
    await writeFile(path, bytes);
    return { path, size: bytes.length };
  };
  const noise = new Uint8Array(4 * 1024 * 1024);
  for (let at = 0; at < noise.length; at += 65536) {
    crypto.getRandomValues(noise.subarray(at, at + 65536));
  }
  const random = await write("random", noise);
  const zeros = await write("zeros", new Uint8Array(4 * 1024 * 1024));
  assert.ok(await sampleRatio([random]) > 0.99);
  assert.ok(await sampleRatio([zeros]) < 0.01);
  const both = await sampleRatio([zeros, random]);
  assert.ok(both > 0.4 && both < 0.6, `${both}`);
  assert.equal(
    await sampleRatio([{ path: join(folder.path, "gone"), size: 100 }, zeros]),
    await sampleRatio([zeros]),
  );
  assert.equal(await sampleRatio([]), 0.3);
});
