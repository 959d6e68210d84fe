import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { BackgroundPacking, inPackingOrder } from "../../src/image/background_packing.ts";
import type { Packer } from "../../src/packing/mod.ts";
import type { EnvironmentLayerPlan } from "../../src/plan/mod.ts";
import { BlobCache } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

function layerPlan(key: string, size = 1, kind = "package"): EnvironmentLayerPlan {
  return { key, size, kind, name: "environment", open: () => Promise.resolve({}) } as never;
}

/** A packer whose layers are as large as their order says: 1 byte, 2 bytes and so on. */
function countingPacker(pack = async (_count: number, _signal?: AbortSignal) => {}) {
  let count = 0;
  return {
    jobs: 2,
    packing: { codec: "gzip", level: 1 },
    async pack(_layer, { path, signal, onProgress }) {
      const size = ++count;
      await pack(size, signal);
      await writeFile(path, "x".repeat(size));
      onProgress?.(size);
      const sha256 = `${size}`.padStart(64, "0");
      const measured = { size, sha256, checksums: [] };
      return { packed: measured, tar: measured, programs: [], restored: [] };
    },
  } as Pick<Packer, "jobs" | "packing" | "pack"> as Packer;
}

async function backgroundScene(packer: Packer, signal = new AbortController().signal) {
  const folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  return {
    background: new BackgroundPacking({ cache, packer, signal }),
    files: () => readdir(join(folder.path, "blobs", "sha256")).catch((): string[] => []),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("BackgroundPacking gives each layer once, and tells what was packed before", async () => {
  await using scene = await backgroundScene(countingPacker());
  const { background } = scene;
  background.begin([layerPlan("a", 9), layerPlan("b", 5)]);
  assert.equal(background.has({ key: "a" }), true);
  assert.equal(background.has({ key: "c" }), false);
  assert.equal(background.has({}), false);
  const layers = await Promise.all(["a", "b"].map((key) => background.take({ key }, {})));
  assert.deepEqual(layers.map((layer) => layer?.descriptor.size).toSorted(), [1, 2]);
  assert.equal(background.take({ key: "a" }, {}), undefined);
  const told: number[] = [];
  background.follow((bytes) => told.push(bytes));
  // What is packed again because a layer was damaged is not told twice.
  background.follow((bytes) => told.push(bytes));
  assert.deepEqual(told, [3, 0]);
  assert.equal((await scene.files()).length, 2);
});

Deno.test("BackgroundPacking tells what failed to who takes a layer, and to nobody else", async () => {
  const refusal = new Error("refused");
  await using scene = await backgroundScene(countingPacker(() => Promise.reject(refusal)));
  scene.background.begin([layerPlan("a"), layerPlan("b")]);
  await assert.rejects(scene.background.take({ key: "b" }, {})!, refusal);
  await scene.background[Symbol.asyncDispose]();
  assert.deepEqual(await scene.files(), []);
});

Deno.test("BackgroundPacking leaves nothing half-written when it is disposed of", async () => {
  const packer = countingPacker((_, signal) => setTimeout(600_000, undefined, { signal }));
  await using scene = await backgroundScene(packer);
  scene.background.begin([layerPlan("a"), layerPlan("b")]);
  while ((await scene.files()).length < 2) await setTimeout(1);
  await scene.background[Symbol.asyncDispose]();
  assert.deepEqual(await scene.files(), []);
});

Deno.test("BackgroundPacking lets nobody wait who is told to stop", async () => {
  const packer = countingPacker((_, signal) => setTimeout(600_000, undefined, { signal }));
  const interrupted = new AbortController();
  await using scene = await backgroundScene(packer, interrupted.signal);
  const { background } = scene;
  background.begin([layerPlan("a"), layerPlan("b")]);
  const stopped = AbortSignal.abort(new Error("another failed"));
  await assert.rejects(background.take({ key: "a" }, { signal: stopped })!, /another failed/);
  interrupted.abort(new Error("interrupted"));
  await assert.rejects(background.take({ key: "b" }, {})!, /interrupted/);
});

Deno.test("inPackingOrder() has the largest first", () => {
  const plans = [layerPlan("small", 1), layerPlan("large", 9), layerPlan("middle", 5, "records")];
  assert.deepEqual(inPackingOrder(plans).map(({ key }) => key), ["large", "middle", "small"]);
});
