import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { collect, streamOf } from "../../src/bytes/mod.ts";
import { BlobCache, ReadOnlyCache } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const HELLO = new TextEncoder().encode("hello\n");

Deno.test("ReadOnlyCache gives back what was put into it, and writes nothing", async () => {
  await using folder = await temporaryFolder();
  const cache = new ReadOnlyCache(folder.path);
  const descriptor = await cache.put(streamOf(HELLO), "text/plain");
  await cache.writeFact("tags", "a", 1);
  await cache.sweep();
  assert.equal(await cache.has(descriptor.digest), true);
  assert.deepEqual(await collect(await cache.open(descriptor), 10), HELLO);
  assert.equal(await cache.file(descriptor.digest), undefined);
  assert.equal(await cache.readFact("tags", "a"), 1);
  await assert.rejects(cache.begin(), TypeError);
  await assert.rejects(cache.addFile(), TypeError);
  assert.deepEqual(await readdir(folder.path), []);
});

Deno.test("ReadOnlyCache has what the cache has, and forgets for itself alone", async () => {
  await using folder = await temporaryFolder();
  const real = new BlobCache(folder.path);
  const descriptor = await real.put(streamOf(HELLO), "text/plain");
  await real.writeFact("tags", "a", 1);
  const cache = new ReadOnlyCache(folder.path);
  assert.deepEqual(await collect(await cache.open(descriptor), 10), HELLO);
  assert.equal((await cache.file(descriptor.digest))!.path, real.pathOf(descriptor.digest));
  assert.equal(await cache.readFact("tags", "a"), 1);
  await cache.removeFact("tags", "a");
  assert.equal(await cache.readFact("tags", "a"), undefined);
  assert.equal(await real.readFact("tags", "a"), 1);
});

Deno.test("ReadOnlyCache leaves a damaged blob where it is", async () => {
  await using folder = await temporaryFolder();
  const real = new BlobCache(folder.path);
  const descriptor = await real.put(streamOf(HELLO), "text/plain");
  const path = real.pathOf(descriptor.digest);
  await Deno.chmod(path, 0o644);
  await Deno.writeTextFile(path, "hullo\n");
  const cache = new ReadOnlyCache(folder.path);
  await assert.rejects(async () => await collect(await cache.open(descriptor), 10));
  assert.equal(await readFile(path, "utf8"), "hullo\n");
});
