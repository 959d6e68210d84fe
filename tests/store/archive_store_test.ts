import assert from "node:assert/strict";
import { join } from "node:path";
import { collect, IntegrityError } from "../../src/bytes/mod.ts";
import { digestOf, hexOf } from "../../src/oci/mod.ts";
import { Archive, ArchiveStore, MissingBlobError } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { pax, type RawMember, rawTar } from "../tar/raw_tar.ts";

const HELLO = new TextEncoder().encode("hello\n");
const DIGEST = digestOf(HELLO);

async function archiveOf(...members: readonly RawMember[]) {
  const folder = await temporaryFolder();
  const path = join(folder.path, "archive.tar");
  await Deno.writeFile(path, rawTar(...members));
  return { ...folder, path, archive: await Archive.open(path) };
}

Deno.test("Archive says where the bytes of each file lie", async () => {
  await using it = await archiveOf(
    { name: "folder/", typeflag: "5" },
    pax({ path: "folder/long name" }),
    { name: "cut", content: HELLO },
  );
  const file = it.archive.file("folder/long name");
  assert.deepEqual(file, { path: it.path, offset: 2048, size: 6 });
  const bytes = await Deno.readFile(it.path);
  assert.deepEqual(bytes.slice(file!.offset, file!.offset + file!.size), HELLO);
  assert.equal(it.archive.file("folder"), undefined);
});

Deno.test("Archive follows the links of equal layers", async () => {
  await using it = await archiveOf(
    { name: "b/layer.tar", typeflag: "2", linkname: "../a/layer.tar" },
    { name: "a/layer.tar", content: HELLO },
    { name: "c/layer.tar", typeflag: "1", linkname: "a/layer.tar" },
    { name: "d/layer.tar", typeflag: "2", linkname: "../b/layer.tar" },
    { name: "out", typeflag: "2", linkname: "../../../a/layer.tar" },
  );
  const place = it.archive.file("a/layer.tar");
  for (const name of ["b/layer.tar", "c/layer.tar", "d/layer.tar", "out"]) {
    assert.deepEqual(it.archive.file(name), place, name);
  }
});

Deno.test("Archive finds nothing behind links that lead nowhere or in a circle", async () => {
  await using it = await archiveOf(
    { name: "x", typeflag: "2", linkname: "y" },
    { name: "y", typeflag: "2", linkname: "x" },
    { name: "z", typeflag: "2", linkname: "/etc/passwd" },
  );
  for (const name of ["x", "y", "z", "none"]) assert.equal(it.archive.file(name), undefined);
  assert.equal(await it.archive.read("x", 10), undefined);
  await assert.rejects(it.archive.open("none"), /expected a file "none" in the archive/);
});

Deno.test("Archive takes the last of several files of one name", async () => {
  await using it = await archiveOf({ name: "a", content: "old" }, { name: "a", content: "new" });
  assert.equal(new TextDecoder().decode(await it.archive.read("a", 3)), "new");
  await assert.rejects(it.archive.read("a", 2), RangeError);
});

Deno.test("Archive.open() refuses what is no tar archive", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await Deno.writeTextFile(path, "no archive".repeat(100));
  await assert.rejects(Archive.open(path), SyntaxError);
  await assert.rejects(Archive.open(join(folder.path, "none")), { code: "ENOENT" });
  const stop = AbortSignal.abort(new Error("stop"));
  await assert.rejects(Archive.open(path, { signal: stop }), /stop/);
});

Deno.test("ArchiveStore reads blobs where they lie, and verifies them", async () => {
  const wrong = `sha256:${"1".repeat(64)}` as const;
  await using it = await archiveOf(
    { name: "oci-layout", content: "{}" },
    { name: `blobs/sha256/${hexOf(DIGEST)}`, content: HELLO },
    { name: `blobs/sha256/${hexOf(wrong)}`, content: HELLO },
    { name: "blobs/sha256/no-digest", content: HELLO },
  );
  assert.deepEqual([...it.archive.blobs().keys()], [DIGEST, wrong]);
  const store = new ArchiveStore(it.archive.blobs());
  const descriptor = { mediaType: "text/plain", digest: DIGEST, size: 6 };
  assert.deepEqual(new Uint8Array(await collect(await store.open(descriptor), 10)), HELLO);
  assert.deepEqual(await store.file(DIGEST), it.archive.file(`blobs/sha256/${hexOf(DIGEST)}`));
  assert.equal(await store.has(digestOf(new Uint8Array())), false);
  const damaged = await store.open({ ...descriptor, digest: wrong });
  await assert.rejects(collect(damaged, 10), IntegrityError);
  const missing = { ...descriptor, digest: digestOf(new Uint8Array()) };
  await assert.rejects(store.open(missing), MissingBlobError);
  await assert.rejects(store.put(), /found an archive/);
});
