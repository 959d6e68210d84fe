import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf, hexOf } from "../../src/oci/mod.ts";
import { EarlyLayers } from "../../src/output/early_layers.ts";
import { BlobFolder } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const LAYER = new TextEncoder().encode("layer");
const DIGEST = digestOf(LAYER);

async function takeLayer(early: EarlyLayers): Promise<void> {
  await using writer = await early.begin();
  writer!.write(LAYER);
  await writer!.commit(DIGEST);
}

for (const isThere of [false, true]) {
  Deno.test(`place() moves a layer into a layout that ${isThere ? "is" : "was not"} there`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "layout");
    if (isThere) await mkdir(path);
    await using early = new EarlyLayers(path);
    await takeLayer(early);
    assert.deepEqual(
      (await readdir(folder.path)).includes("layout"),
      isThere,
      "no layout before its image",
    );
    assert.equal(await early.place(DIGEST, new BlobFolder(path)), true);
    assert.equal(await early.place(DIGEST, new BlobFolder(path)), false, "it is there once");
    const blob = join(path, "blobs", "sha256", hexOf(DIGEST));
    assert.deepEqual(await readFile(blob), Buffer.from(LAYER));
    assert.deepEqual(await readdir(folder.path), ["layout"]);
  });
}

Deno.test("a layer that is taken twice is kept once, and none without its image", async () => {
  await using folder = await temporaryFolder();
  {
    await using early = new EarlyLayers(join(folder.path, "layout"));
    await takeLayer(early);
    await takeLayer(early);
    assert.equal((await readdir(folder.path)).length, 1);
    await using unfinished = await early.begin();
    unfinished!.write(LAYER);
    assert.equal((await readdir(folder.path)).length, 2);
  }
  assert.deepEqual(await readdir(folder.path), []);
});

Deno.test("place() is false for a layout that cannot take the file, and begin() is where none can be made", async () => {
  await using folder = await temporaryFolder();
  await using early = new EarlyLayers(join(folder.path, "layout"));
  await takeLayer(early);
  await mkdir(join(folder.path, "layout", "blobs", "sha256", hexOf(DIGEST)), { recursive: true });
  assert.equal(await early.place(DIGEST, new BlobFolder(join(folder.path, "layout"))), false);
  assert.deepEqual(await readdir(folder.path), ["layout"], "it is removed");
  await writeFile(join(folder.path, "file"), "");
  assert.equal(await new EarlyLayers(join(folder.path, "file", "layout")).begin(), undefined);
});
