import assert from "node:assert/strict";
import { chmod, cp, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LayerCache } from "../../src/image/layer_cache.ts";
import type { WrittenLayer } from "../../src/image/layer.ts";
import { MEDIA_TYPES } from "../../src/oci/mod.ts";
import { BlobCache } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const KEY = "0123abcd";

/** A cache that keeps a layer under the key. */
async function cacheWithLayer() {
  const folder = await temporaryFolder();
  const path = join(folder.path, "cache");
  const blobs = new BlobCache(path);
  const descriptor = await blobs.put(
    ReadableStream.from([new TextEncoder().encode("a layer")]),
    MEDIA_TYPES.layerGzip,
  );
  const layer: WrittenLayer = {
    descriptor,
    diffId: descriptor.digest,
    tarSize: 7,
    checksums: [1],
    programs: [{ digest: "ab", facts: { kind: "script", interpreter: "/bin/sh" } }],
    restored: [{ digest: "cd", sha256: "ef" }],
  };
  await new LayerCache(blobs).keep(KEY, layer);
  return {
    path,
    layer,
    blob: blobs.pathOf(descriptor.digest),
    copy: join(folder.path, "copy"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function find(path: string): Promise<WrittenLayer | undefined> {
  return new LayerCache(new BlobCache(path)).find(KEY);
}

Deno.test("LayerCache finds what it was given to keep", async () => {
  await using scene = await cacheWithLayer();
  assert.deepEqual(await find(scene.path), scene.layer);
});

Deno.test("LayerCache finds layers in a copy of the cache, with other inodes and times", async () => {
  await using scene = await cacheWithLayer();
  await cp(scene.path, scene.copy, { recursive: true });
  assert.deepEqual(await find(scene.copy), scene.layer);
  await utimes(scene.blob, 1, 1);
  assert.deepEqual(await find(scene.path), scene.layer);
});

Deno.test("LayerCache knows the file of a copy again without reading it", async () => {
  await using scene = await cacheWithLayer();
  const time = new Date(2_000_000_000_000);
  await utimes(scene.blob, time, time);
  assert.deepEqual(await find(scene.path), scene.layer);
  // Other bytes, but size, time and inode are those that were kept.
  await chmod(scene.blob, 0o600);
  await writeFile(scene.blob, "a LAYER");
  await utimes(scene.blob, time, time);
  assert.deepEqual(await find(scene.path), scene.layer);
});

Deno.test("LayerCache does not find a layer whose bytes are others", async () => {
  await using scene = await cacheWithLayer();
  await chmod(scene.blob, 0o600);
  await writeFile(scene.blob, "a LAYER");
  await utimes(scene.blob, 1, 1);
  assert.equal(await find(scene.path), undefined);
});

Deno.test("LayerCache does not find a layer whose file is gone", async () => {
  await using scene = await cacheWithLayer();
  await rm(scene.blob);
  assert.equal(await find(scene.path), undefined);
});
