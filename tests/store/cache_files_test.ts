import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { streamOf } from "../../src/bytes/mod.ts";
import { encodeJson, hexOf } from "../../src/oci/mod.ts";
import {
  BlobCache,
  type CacheFile,
  clearCache,
  listCacheFiles,
  pruneCache,
  unusedFiles,
  useCache,
} from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const DAY = 24 * 3600 * 1000;

/** A cache with a layer of ours, a base of two blobs and its manifest, an rcc and an upload. */
async function cacheOfAll(folder: string) {
  const cache = new BlobCache(folder);
  const put = (text: string) => cache.put(streamOf(new TextEncoder().encode(text)), "text/plain");
  const [layer, config, part, orphan] = await Promise.all(
    ["layer", "config", "part", "orphan"].map(put),
  );
  const manifest = await put(
    new TextDecoder().decode(encodeJson({ config, layers: [part] })),
  );
  await cache.writeFact("layers", "a", { layer: { descriptor: layer } });
  await cache.writeFact("tags", "b", manifest);
  await Deno.mkdir(join(folder, "rcc", "1"), { recursive: true });
  await Deno.writeTextFile(join(folder, "rcc", "1", "rcc-linux64-0"), "rcc");
  await Deno.writeTextFile(join(folder, "rcc", "1", ".lock"), "");
  await Deno.mkdir(join(folder, "uploads"));
  await Deno.writeTextFile(join(folder, "uploads", "0.json"), "{}");
  const paths = { layer, config, part, orphan, manifest };
  return {
    cache,
    paths: Object.fromEntries(
      Object.entries(paths).map(([name, blob]) => [name, cache.pathOf(blob!.digest)]),
    ) as Readonly<Record<keyof typeof paths, string>>,
    name: (path: string) =>
      Object.entries(paths).find(([, blob]) => hexOf(blob!.digest) === basename(path))?.[0] ??
        basename(path),
  };
}

/** As if nobody had touched the file for so many days. */
async function age(path: string, days: number): Promise<void> {
  const then = new Date(Date.now() - days * DAY);
  await Deno.utime(path, then, then);
}

Deno.test("listCacheFiles() says what each file is kept for, and leaves out locks", async () => {
  await using folder = await temporaryFolder();
  const { cache, name } = await cacheOfAll(folder.path);
  await using _begun = await cache.begin();
  const files = await listCacheFiles(folder.path);
  assert.deepEqual(
    files.map(({ path, kind }) => `${kind} ${name(path)}`).sort(),
    [
      ...["bases config", "bases manifest", "bases orphan", "bases part", "facts a.json"],
      ...["facts b.json", "layers layer", "rcc rcc-linux64-0", "uploads 0.json"],
    ],
  );
  assert.equal(files.find(({ path }) => name(path) === "orphan")!.size, "orphan".length);
});

Deno.test("listCacheFiles() finds nothing where there is no cache", async () => {
  await using folder = await temporaryFolder();
  assert.deepEqual(await listCacheFiles(join(folder.path, "none")), []);
});

Deno.test("listCacheFiles() takes blobs for used when a fact that leads to them is", async () => {
  await using folder = await temporaryFolder();
  const { cache, paths, name } = await cacheOfAll(folder.path);
  for (const { path } of await listCacheFiles(folder.path)) await age(path, 40);
  const old = async () =>
    (await listCacheFiles(folder.path)).filter(({ usedAt }) => usedAt < Date.now() - 30 * DAY)
      .map(({ path }) => name(path)).sort();
  // Looking into a manifest is a use of it, for a file system that keeps the times of readings.
  for (const path of Object.values(paths)) await age(path, 40);
  await cache.readFact("layers", "a");
  assert.equal((await old()).includes("layer"), false);
  for (const path of Object.values(paths)) await age(path, 40);
  await cache.readFact("tags", "b");
  const left = await old();
  for (const used of ["layer", "manifest", "config", "part", "a.json", "b.json"]) {
    assert.equal(left.includes(used), false, used);
  }
  assert.equal(left.includes("orphan"), true);
});

const file = (usedAt: number, size = 10, kind: CacheFile["kind"] = "bases"): CacheFile => ({
  path: `/${usedAt}`,
  kind,
  size,
  usedAt,
});
const timesOf = (files: readonly CacheFile[]) => files.map(({ usedAt }) => usedAt);

Deno.test("unusedFiles() takes what is too old, then the oldest until the rest is small enough", () => {
  const files = [file(3), file(1), file(2), file(4)];
  assert.deepEqual(timesOf(unusedFiles(files, {})), []);
  assert.deepEqual(timesOf(unusedFiles(files, { usedSince: 2 })), [1]);
  assert.deepEqual(timesOf(unusedFiles(files, { maxBytes: 25 })), [1, 2]);
  assert.deepEqual(timesOf(unusedFiles(files, { maxBytes: 40 })), []);
  assert.deepEqual(timesOf(unusedFiles(files, { maxBytes: 0 })), [1, 2, 3, 4]);
  assert.deepEqual(timesOf(unusedFiles(files, { usedSince: 4, maxBytes: 30 })), [1, 2, 3]);
});

Deno.test("unusedFiles() leaves uploads, whose age they watch themselves", () => {
  assert.deepEqual(unusedFiles([file(1, 10, "uploads")], { usedSince: 2, maxBytes: 0 }), []);
});

Deno.test("pruneCache() removes what is old and says what it was", async () => {
  await using folder = await temporaryFolder();
  const { cache, paths, name } = await cacheOfAll(folder.path);
  await age(paths.orphan, 40);
  const removed = await pruneCache(folder.path, { usedSince: Date.now() - 30 * DAY });
  assert.deepEqual(removed.map(({ path }) => name(path)), ["orphan"]);
  await assert.rejects(Deno.stat(paths.orphan), Deno.errors.NotFound);
  await Deno.stat(paths.layer);
  assert.notEqual(await cache.readFact("layers", "a"), undefined);
});

Deno.test("clearCache() removes what is ours, and nothing else in the folder", async () => {
  await using folder = await temporaryFolder();
  await cacheOfAll(folder.path);
  await Deno.writeTextFile(join(folder.path, "notes"), "mine");
  const removed = await clearCache(folder.path);
  assert.equal(removed.length, 9);
  assert.deepEqual(await listCacheFiles(folder.path), []);
  const left = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name);
  assert.deepEqual(left.sort(), [".lock", "CACHEDIR.TAG", "notes"]);
});

Deno.test("clearCache() waits for those who use the cache", async () => {
  await using folder = await temporaryFolder();
  const { paths } = await cacheOfAll(folder.path);
  const waits = Promise.withResolvers<void>();
  const users = [await useCache(folder.path), await useCache(folder.path)];
  const cleared = clearCache(folder.path, { onWait: waits.resolve });
  await waits.promise;
  users[0]![Symbol.dispose]();
  await Deno.stat(paths.layer);
  users[1]![Symbol.dispose]();
  await cleared;
  await assert.rejects(Deno.stat(paths.layer), Deno.errors.NotFound);
});

Deno.test("clearCache() gives up waiting when it is told to", async () => {
  await using folder = await temporaryFolder();
  await cacheOfAll(folder.path);
  using _used = await useCache(folder.path);
  const reason = new Error("enough");
  const stop = new AbortController();
  const options = { signal: stop.signal, onWait: () => stop.abort(reason) };
  await assert.rejects(clearCache(folder.path, options), reason);
  assert.equal((await listCacheFiles(folder.path)).length, 9);
});

Deno.test("useCache() makes no trouble where nothing can be written", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await Deno.writeTextFile(path, "");
  using _used = await useCache(join(path, "cache"));
});
