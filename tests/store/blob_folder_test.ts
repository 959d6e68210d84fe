import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { collect, IntegrityError, streamOf } from "../../src/bytes/mod.ts";
import { digestOf } from "../../src/oci/mod.ts";
import { BlobCache, OciLayout } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { testOn } from "../support/tools.ts";

const HELLO = new TextEncoder().encode("hello\n");
const WRONG = new TextEncoder().encode("hullo\n");

Deno.test("a blob is fresh in the process that wrote it, and in no other", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const { digest } = await cache.put(streamOf(HELLO), "text/plain");
  assert.equal((await cache.file(digest))?.isFresh, true);
  assert.equal((await new BlobCache(folder.path).file(digest))?.isFresh, false);
});

Deno.test({
  ...testOn("a copied blob is as readable as the others that this process writes", "linux"),
  async fn() {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "file");
    await writeFile(path, HELLO, { mode: 0o666 });
    const layout = await OciLayout.openOrCreate(join(folder.path, "layout"));
    const descriptor = { mediaType: "text/plain", digest: digestOf(HELLO), size: HELLO.length };
    const before = Deno.umask(0o077);
    try {
      await layout.addFile({ path, offset: 0, size: HELLO.length }, descriptor);
    } finally {
      Deno.umask(before);
    }
    assert.equal((await stat(layout.pathOf(descriptor.digest))).mode & 0o777, 0o600);
  },
});

Deno.test({
  ...testOn(
    "BlobFolder.addFile() gives a read-only blob another name, in the place of a damaged one",
    "linux",
  ),
  async fn() {
    await using folder = await temporaryFolder();
    const cache = new BlobCache(join(folder.path, "cache"));
    const layout = await OciLayout.openOrCreate(join(folder.path, "layout"));
    const descriptor = await cache.put(streamOf(HELLO), "text/plain");
    const path = layout.pathOf(descriptor.digest);
    const file = (await cache.file(descriptor.digest))!;
    for (const before of [undefined, WRONG]) {
      if (before !== undefined) {
        await Deno.remove(path);
        await Deno.writeFile(path, before);
      }
      await layout.addFile(file, descriptor);
      assert.equal((await Deno.stat(path)).ino, (await Deno.stat(file.path)).ino);
    }
    assert.equal(await layout.isWhole(descriptor), true);
    await Deno.remove(file.path);
    assert.deepEqual(await Deno.readFile(path), HELLO);
  },
});

Deno.test("BlobFolder.addFile() copies a blob that somebody may write to", async () => {
  await using folder = await temporaryFolder();
  const [from, to] = await Promise.all(
    ["from", "to"].map((name) => OciLayout.openOrCreate(join(folder.path, name))),
  );
  const descriptor = await from!.put(streamOf(HELLO), "text/plain");
  await to!.addFile((await from!.file(descriptor.digest))!, descriptor);
  await Deno.writeFile(from!.pathOf(descriptor.digest), WRONG);
  assert.deepEqual(await Deno.readFile(to!.pathOf(descriptor.digest)), HELLO);
});

Deno.test("BlobFolder.addFile() copies a blob of the cache whose file has become writable", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(join(folder.path, "cache"));
  const layout = await OciLayout.openOrCreate(join(folder.path, "layout"));
  const descriptor = await cache.put(streamOf(HELLO), "text/plain");
  const from = cache.pathOf(descriptor.digest);
  await Deno.chmod(from, 0o644);
  await layout.addFile((await cache.file(descriptor.digest))!, descriptor);
  await Deno.writeFile(from, WRONG);
  assert.deepEqual(await Deno.readFile(layout.pathOf(descriptor.digest)), HELLO);
});

const OBSTACLES: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "a folder in the blob's place": (path) => Deno.mkdir(path, { recursive: true }),
  "a file in that of all blobs": (path) => Deno.writeFile(join(path, "../../../blobs"), HELLO),
};

for (const [what, put] of Object.entries(OBSTACLES)) {
  Deno.test(`BlobFolder.addFile() is refused by ${what}`, async () => {
    await using folder = await temporaryFolder();
    const cache = new BlobCache(join(folder.path, "cache"));
    const layout = await OciLayout.openOrCreate(join(folder.path, "layout"));
    const descriptor = await cache.put(streamOf(HELLO), "text/plain");
    await put(layout.pathOf(descriptor.digest));
    await assert.rejects(
      layout.addFile((await cache.file(descriptor.digest))!, descriptor),
      { id: "output/unwritable" },
    );
  });
}

Deno.test("BlobFolder.addFile() takes a fresh blob as it is, and hashes one that was touched since", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(join(folder.path, "cache"));
  const layout = await OciLayout.openOrCreate(join(folder.path, "layout"));
  const descriptor = await cache.put(streamOf(HELLO), "text/plain");
  const fresh = (await cache.file(descriptor.digest))!;
  await layout.addFile(fresh, descriptor);
  assert.deepEqual(await Deno.readFile(layout.pathOf(descriptor.digest)), HELLO);

  await Deno.chmod(fresh.path, 0o644);
  await Deno.writeFile(fresh.path, WRONG);
  const touched = (await cache.file(descriptor.digest))!;
  assert.equal(touched.isFresh, false);
  await Deno.remove(layout.pathOf(descriptor.digest));
  await assert.rejects(layout.addFile(touched, descriptor), IntegrityError);
  assert.equal(await layout.has(descriptor.digest), false);
});

Deno.test("BlobFolder.addFile() takes right checksums for a proof, and refuses wrong ones", async () => {
  await using folder = await temporaryFolder();
  const layout = await OciLayout.openOrCreate(join(folder.path, "layout"));
  const path = join(folder.path, "hello");
  const descriptor = { mediaType: "text/plain", digest: digestOf(HELLO), size: HELLO.length };
  const checksums = [crc32(HELLO)];
  const file = { path, offset: 0, size: HELLO.length };
  await Deno.writeFile(path, HELLO);
  for (const known of [{ checksums }, {}]) {
    let passed = 0;
    const onProgress = (bytes: number) => void (passed += bytes);
    await layout.addFile(file, descriptor, { ...known, onProgress });
    assert.equal(passed, HELLO.length);
  }
  await Deno.writeFile(path, WRONG);
  for (const wrong of [checksums, [1], [], [...checksums, 0]]) {
    await assert.rejects(layout.addFile(file, descriptor, { checksums: wrong }), IntegrityError);
  }
});

Deno.test("BlobFolder.open() verifies by checksums where they are known", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const descriptor = await cache.put(streamOf(HELLO), "text/plain");
  const read = async (checksums: readonly number[]) =>
    await collect(await cache.open(descriptor, { checksums }), 100);
  assert.deepEqual(await read([crc32(HELLO)]), HELLO);
  await assert.rejects(read([crc32(WRONG)]), IntegrityError);
});
