/** What builds that were interrupted or killed leave in layout and cache. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAtomicFile } from "../../src/files/mod.ts";
import { MEDIA_TYPES } from "../../src/oci/mod.ts";
import { BlobCache, OciLayout } from "../../src/store/mod.ts";
import { streamOf } from "../../src/bytes/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const STALE = ".blob.0.rcc-oci.tmp";
const BYTES = new TextEncoder().encode("blob");

/** Works in a layout, and fails. */
async function failIn(path: string): Promise<never> {
  await using _opened = await OciLayout.use(path);
  throw new Error("interrupted");
}

Deno.test("OciLayout.use() leaves nothing of a new layout whose first work fails", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(failIn(join(folder.path, "layout")), /interrupted/);
  assert.deepEqual(await readdir(folder.path), []);
});

Deno.test("OciLayout.use() leaves a layout that was there, and its blobs", async () => {
  await using folder = await temporaryFolder();
  const layout = await OciLayout.openOrCreate(folder.path);
  const { digest } = await layout.put(streamOf(BYTES), MEDIA_TYPES.layer);
  await assert.rejects(failIn(folder.path), /interrupted/);
  assert.equal(await layout.has(digest), true);
});

Deno.test("OciLayout.use() that ends leaves a new layout in which another has begun to work", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "layout");
  const first = await OciLayout.use(path);
  await using other = await OciLayout.use(path);
  await first[Symbol.asyncDispose]();
  const { digest } = await other.layout.put(streamOf(BYTES), MEDIA_TYPES.layer);
  assert.equal(await (await OciLayout.open(path)).has(digest), true);
});

Deno.test("a folder with temporaryFiles alone becomes a layout, and sweep() removes them", async () => {
  await using folder = await temporaryFolder();
  const blobs = join(folder.path, "blobs", "sha256");
  await writeFile(join(folder.path, ".oci-layout.0.rcc-oci.tmp"), "half");
  await OciLayout.requireUsable(folder.path);
  const layout = await OciLayout.openOrCreate(folder.path);
  await mkdir(blobs, { recursive: true });
  await writeFile(join(blobs, STALE), "half");
  await using living = await createAtomicFile(join(blobs, "blob"));
  await layout.sweep();
  assert.deepEqual((await readdir(folder.path)).sort(), ["blobs", "oci-layout"]);
  assert.deepEqual((await readdir(blobs)).map((name) => join(blobs, name)), [
    living.temporaryPath,
  ]);
});

Deno.test("BlobCache.sweep() looks into all folders of the cache", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  await cache.sweep();
  await cache.writeFact("layers", "a", {});
  for (const place of ["blobs/sha256", "facts/layers", "rcc/18.18.1"]) {
    await mkdir(join(folder.path, place), { recursive: true });
    await writeFile(join(folder.path, place, STALE), "half");
  }
  await cache.sweep();
  const names = await readdir(folder.path, { recursive: true });
  assert.deepEqual(names.filter((name) => name.endsWith(".tmp")), []);
  assert.deepEqual(await cache.readFact("layers", "a"), {});
});
