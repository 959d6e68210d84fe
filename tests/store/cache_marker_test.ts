import assert from "node:assert/strict";
import { join } from "node:path";
import { streamOf } from "../../src/bytes/mod.ts";
import {
  BlobCache,
  clearCache,
  listCacheFiles,
  OciLayout,
  pruneCache,
  requireCache,
  useCache,
  verifyCache,
} from "../../src/store/mod.ts";
import { readTree } from "../support/read_tree.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const HELLO = new TextEncoder().encode("hello\n");
const put = (folder: string) => new BlobCache(folder).put(streamOf(HELLO), "text/plain");

/** What somebody may have in the folder that RCC_OCI_CACHE leads to by mistake. */
const OTHERS: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  "an OCI image layout": async (folder) => {
    const layout = await OciLayout.openOrCreate(folder);
    await layout.addManifests([await layout.put(streamOf(HELLO), "text/plain")]);
  },
  "a layout that was made in a cache": async (folder) => {
    await put(folder);
    await Deno.writeTextFile(join(folder, "oci-layout"), `{"imageLayoutVersion":"1.0.0"}`);
  },
  "blobs alone": async (folder) => {
    await Deno.mkdir(join(folder, "blobs", "sha256"), { recursive: true });
    await Deno.writeTextFile(join(folder, "blobs", "sha256", "a"), "a");
  },
  "a file": (folder) => Deno.writeTextFile(join(folder, "thesis.txt"), "a"),
  "a file with a folder's name": (folder) => Deno.writeTextFile(join(folder, "rcc"), "a"),
  "another program's cache": (folder) =>
    Deno.writeTextFile(
      join(folder, "CACHEDIR.TAG"),
      "Signature: 8a477f597d28d172789f06886806bc55\n# Made by another program.\n",
    ),
  "a marker that is a folder": (folder) => Deno.mkdir(join(folder, "CACHEDIR.TAG")),
};

for (const [name, make] of Object.entries(OTHERS)) {
  Deno.test(`a folder with ${name} in it is taken for no cache`, async () => {
    await using folder = await temporaryFolder();
    await make(folder.path);
    const before = await readTree(folder.path);
    const refusal = { name: "Failure", id: "output/exists" };
    await assert.rejects(requireCache(folder.path), refusal);
    await assert.rejects(clearCache(folder.path), refusal);
    await assert.rejects(pruneCache(folder.path, { maxBytes: 0 }), refusal);
    const cache = new BlobCache(folder.path);
    await assert.rejects(cache.put(streamOf(HELLO), "text/plain"), refusal);
    await assert.rejects(cache.writeFact("tags", "a", 1), refusal);
    using _used = await useCache(folder.path);
    assert.deepEqual(await readTree(folder.path), before);
  });
}

Deno.test("a new, an empty and a marked folder are caches, and stay that with other things in it", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "new", "cache");
  await requireCache(path);
  await Deno.mkdir(join(folder.path, "new"));
  await requireCache(join(folder.path, "new"));
  await Deno.mkdir(join(path, "lost+found"), { recursive: true });
  await put(path);
  assert.match(await Deno.readTextFile(join(path, "CACHEDIR.TAG")), /^Signature: 8a477f597d28d/);
  await Deno.writeTextFile(join(path, "note.txt"), "mine");
  await clearCache(path);
  assert.equal(await Deno.readTextFile(join(path, "note.txt")), "mine");
  assert.deepEqual(await listCacheFiles(path), []);
  await put(path);
});

Deno.test("a cache that was made before there was a marker is one, and is marked", async () => {
  await using folder = await temporaryFolder();
  await put(folder.path);
  await Deno.remove(join(folder.path, "CACHEDIR.TAG"));
  await Deno.writeTextFile(join(folder.path, ".lock"), "");
  await requireCache(folder.path);
  await put(folder.path);
  assert.ok(await Deno.stat(join(folder.path, "CACHEDIR.TAG")));
});

Deno.test("what a link in a cache leads to is neither listed nor removed", async () => {
  await using folder = await temporaryFolder();
  const [path, mine] = [join(folder.path, "cache"), join(folder.path, "mine")];
  await put(path);
  for (const name of ["facts", "rcc", "uploads"]) {
    await Deno.mkdir(join(mine, name, "below"), { recursive: true });
    await Deno.writeTextFile(join(mine, name, "below", "thesis.json"), "mine");
    await Deno.symlink(join(mine, name), join(path, name));
  }
  await Deno.symlink(mine, join(path, "blobs", "link"));
  const before = await readTree(mine);
  assert.equal((await listCacheFiles(path)).length, 1);
  assert.deepEqual((await verifyCache(path)).damaged, []);
  assert.equal((await pruneCache(path, { maxBytes: 0 })).length, 1);
  await clearCache(path);
  assert.deepEqual(await readTree(mine), before);
});
