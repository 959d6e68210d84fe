import assert from "node:assert/strict";
import { join } from "node:path";
import { collect, streamOf } from "../../src/bytes/mod.ts";
import type { BlobOptions, Descriptor } from "../../src/oci/mod.ts";
import {
  BlobCache,
  cachedIn,
  cacheFolder,
  firstOf,
  listCacheFiles,
  MemoryStore,
} from "../../src/store/mod.ts";
import { HAS_PIPES, makePipe } from "../support/pipe.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

const HELLO = new TextEncoder().encode("hello\n");

Deno.test("BlobCache removes a blob that is damaged, so that it is fetched again", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const descriptor = await cache.put(streamOf(HELLO), "text/plain");
  const path = cache.pathOf(descriptor.digest);
  await Deno.chmod(path, 0o644);
  await Deno.writeTextFile(path, "hullo\n");
  await assert.rejects(async () => await collect(await cache.open(descriptor), 10));
  assert.equal(await cache.has(descriptor.digest), false);
});

toolTest({
  name: "BlobCache keeps blobs that nobody may write",
  needs: [],
  on: ["no Windows"],
}, async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const { digest } = await cache.put(streamOf(HELLO), "text/plain");
  assert.equal((await Deno.stat(cache.pathOf(digest))).mode! & 0o777, 0o444);
});

Deno.test("BlobCache.readFact() gives back the last value that was kept", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(join(folder.path, "deep", "cache"));
  assert.equal(await cache.readFact("bases", "a"), undefined);
  await cache.writeFact("bases", "a", { files: [1, "é\udc80"] });
  await cache.writeFact("layers", "a", 1);
  await cache.writeFact("layers", "a", 2);
  assert.deepEqual(await cache.readFact("bases", "a"), { files: [1, "é\udc80"] });
  assert.equal(await cache.readFact("layers", "a"), 2);
  assert.equal(await cache.readFact("layers", "b"), undefined);
});

Deno.test("BlobCache.readFact() takes a damaged fact for none", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  await cache.writeFact("bases", "a", { files: [] });
  await Deno.writeTextFile(join(folder.path, "facts", "bases", "a.json"), `{"files":[`);
  assert.equal(await cache.readFact("bases", "a"), undefined);
});

Deno.test("BlobCache.readFact() takes what was not written for none", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const path = (key: string) => join(folder.path, "facts", "layers", `${key}.json`);
  const diffId = `sha256:${"1".repeat(64)}`;
  const keep = async () => {
    await cache.writeFact("layers", "a", { diffId });
    await cache.writeFact("layers", "b", { diffId: "another" });
  };
  await keep();
  const written = await Deno.readTextFile(path("a"));
  assert.deepEqual(JSON.parse(written).fact, { diffId });
  for (let i = 0; i < written.length; i++) {
    const other = written[i] === "0" ? "1" : "0";
    await Deno.writeTextFile(path("a"), written.slice(0, i) + other + written.slice(i + 1));
    assert.equal(await cache.readFact("layers", "a"), undefined, `character ${i}`);
    await Deno.writeTextFile(path("a"), written.slice(0, i));
    assert.equal(await cache.readFact("layers", "a"), undefined, `${i} characters`);
  }
  await Deno.writeTextFile(path("a"), JSON.stringify({ diffId }));
  assert.equal(await cache.readFact("layers", "a"), undefined, "without a checksum");
  await Deno.copyFile(path("b"), path("a"));
  assert.equal(await cache.readFact("layers", "a"), undefined, "another fact in its place");
  await keep();
  assert.deepEqual(await cache.readFact("layers", "a"), { diffId });
});

Deno.test("BlobCache refuses names of facts that lead elsewhere", async () => {
  const cache = new BlobCache("/nowhere");
  for (const name of ["..", "a/b", "", "A", "a.b"]) {
    await assert.rejects(cache.readFact("bases", name), RangeError);
    await assert.rejects(cache.writeFact(name, "a", 1), RangeError);
  }
});

Deno.test("cacheFolder() follows RCC_OCI_CACHE, else the platform's custom", () => {
  const folder = (platform: string, env: Record<string, string> = {}) =>
    cacheFolder({ platform, env, home: platform === "win32" ? "C:\\Users\\a" : "/home/a" });
  assert.equal(folder("linux"), "/home/a/.cache/rcc-oci");
  assert.equal(folder("linux", { XDG_CACHE_HOME: "/var/x" }), "/var/x/rcc-oci");
  assert.equal(folder("linux", { XDG_CACHE_HOME: "relative" }), "/home/a/.cache/rcc-oci");
  assert.equal(folder("linux", { XDG_CACHE_HOME: "" }), "/home/a/.cache/rcc-oci");
  assert.equal(folder("darwin", { XDG_CACHE_HOME: "/x" }), "/home/a/Library/Caches/rcc-oci");
  assert.equal(folder("win32"), "C:\\Users\\a\\AppData\\Local\\rcc-oci");
  assert.equal(folder("win32", { LOCALAPPDATA: "D:\\local" }), "D:\\local\\rcc-oci");
  for (const platform of ["linux", "darwin", "win32"]) {
    assert.equal(folder(platform, { RCC_OCI_CACHE: "/here" }), "/here");
  }
});

Deno.test("cacheFolder() needs no home where a variable says it, and says which else", () => {
  for (const home of [null, "", "relative"]) {
    const folder = (platform: string, env: Record<string, string> = {}) =>
      cacheFolder({ platform, env, home });
    assert.equal(folder("linux", { XDG_CACHE_HOME: "/var/x" }), "/var/x/rcc-oci");
    assert.equal(folder("win32", { LOCALAPPDATA: "D:\\local" }), "D:\\local\\rcc-oci");
    for (const platform of ["linux", "darwin", "win32"]) {
      assert.equal(folder(platform, { RCC_OCI_CACHE: "/here" }), "/here");
      assert.throws(() => folder(platform), {
        id: "output/unwritable",
        message: /HOME names none, .*, set RCC_OCI_CACHE to a folder of yours$/,
      });
    }
  }
});

/** A store that counts how often each blob is opened. */
class CountingStore extends MemoryStore {
  opened = 0;
  override open(descriptor: Descriptor, options?: BlobOptions) {
    this.opened++;
    return super.open(descriptor, options);
  }
}

Deno.test("cachedIn() fetches a blob once, and reads it from the cache ever after", async () => {
  await using folder = await temporaryFolder();
  const far = new CountingStore();
  const descriptor = far.add(HELLO, "text/plain");
  const cache = new BlobCache(folder.path);
  const store = cachedIn(cache, far);
  assert.equal(await store.has(descriptor.digest), true);
  assert.equal(await store.file?.(descriptor.digest), undefined);
  let progress = 0;
  for (let i = 0; i < 3; i++) {
    const stream = await store.open(descriptor, { onProgress: (bytes) => progress += bytes });
    assert.deepEqual(new Uint8Array(await collect(stream, 10)), HELLO);
  }
  assert.equal(far.opened, 1);
  assert.equal(progress, 6);
  assert.deepEqual(await store.file?.(descriptor.digest), await cache.file(descriptor.digest));
});

Deno.test("cachedIn() fetches a small blob anew that is damaged in the cache", async () => {
  await using folder = await temporaryFolder();
  const far = new CountingStore();
  const descriptor = far.add(HELLO, "text/plain");
  const cache = new BlobCache(folder.path);
  const store = cachedIn(cache, far);
  await (await store.open(descriptor)).cancel();
  const path = cache.pathOf(descriptor.digest);
  for (const [count, damaged] of ["hullo\n", "hell", ""].entries()) {
    await Deno.chmod(path, 0o644);
    await Deno.writeTextFile(path, damaged);
    assert.deepEqual(new Uint8Array(await collect(await store.open(descriptor), 10)), HELLO);
    assert.equal(far.opened, count + 2);
  }
});

Deno.test("cachedIn() keeps nothing of a blob that is not what its name says", async () => {
  await using folder = await temporaryFolder();
  const far = new MemoryStore();
  const descriptor = far.add(HELLO, "text/plain");
  const cache = new BlobCache(folder.path);
  await assert.rejects(cachedIn(cache, far).open({ ...descriptor, size: 5 }));
  assert.equal(await cache.has(descriptor.digest), false);
});

Deno.test("firstOf() looks into its stores in their order, and puts into the first", async () => {
  const first = new CountingStore(), second = new CountingStore();
  const both = firstOf(first, second);
  const descriptor = second.add(HELLO, "text/plain");
  assert.equal(await both.has(descriptor.digest), true);
  assert.deepEqual(new Uint8Array(await collect(await both.open(descriptor), 10)), HELLO);
  assert.deepEqual(await both.put(streamOf(HELLO), "text/plain"), descriptor);
  await (await both.open(descriptor)).cancel();
  assert.deepEqual([first.opened, second.opened], [1, 1]);
  const missing = { ...descriptor, digest: `sha256:${"0".repeat(64)}` as const };
  await assert.rejects(both.open(missing), /expected a blob sha256:0+, found none/);
});

Deno.test("BlobCache.readFact() takes for none what is no file", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  await cache.writeFact("tags", "a", 1);
  const path = join(folder.path, "facts", "tags", "a.json");
  const places: Readonly<Record<string, () => Promise<void>>> = {
    folder: () => Deno.mkdir(path),
    loop: () => Deno.symlink("a.json", path),
    endless: () => Deno.symlink("/dev/zero", path),
    pipe: () => makePipe(path),
  };
  for (const [name, make] of Object.entries(places)) {
    if (!HAS_PIPES && name !== "folder") continue;
    await Deno.remove(path);
    await make();
    assert.equal(await cache.readFact("tags", "a"), undefined, name);
    assert.ok(await listCacheFiles(folder.path), name);
    await cache.writeFact("tags", "a", name);
    assert.equal(await cache.readFact("tags", "a"), name);
  }
});

Deno.test("BlobCache puts a blob in the place of what is no file", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const { digest } = await cache.put(streamOf(HELLO), "text/plain");
  const path = cache.pathOf(digest);
  await Deno.remove(path);
  await Deno.mkdir(join(path, "inside"), { recursive: true });
  assert.equal(await cache.has(digest), false);
  await cache.put(streamOf(HELLO), "text/plain");
  assert.equal(await Deno.readTextFile(path), "hello\n");
});
