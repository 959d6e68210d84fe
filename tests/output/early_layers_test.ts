/** Layers that are written into a layout while they are packed. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IntegrityError } from "../../src/bytes/mod.ts";
import { mayShareCopies } from "../../src/files/mod.ts";
import { digestOf, hexOf, MEDIA_TYPES } from "../../src/oci/mod.ts";
import { EarlyLayers } from "../../src/output/early_layers.ts";
import { EarlyOutputs, layoutOutput } from "../../src/output/mod.ts";
import { OciLayout } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const LAYER = new TextEncoder().encode("layer");
const DIGEST = digestOf(LAYER);

/** Takes a layer as one that is packed is taken. */
async function take(early: EarlyLayers): Promise<void> {
  await using copy = await early.copy();
  copy!.write(LAYER.subarray(0, 2));
  await copy!.flushAhead();
  copy!.write(LAYER.subarray(2));
  copy!.keep(DIGEST);
}

/** Names below the folder, of files alone. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name).sort();
}

Deno.test("commit() makes a blob of the layer, once", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "layout");
  await using early = (await EarlyLayers.begin(path))!;
  await take(early);
  const layout = await OciLayout.open(path);
  assert.equal(await layout.has(DIGEST), false, "no blob before it is asked for");
  assert.equal(await early.commit(DIGEST), true);
  assert.equal(await early.commit(DIGEST), false);
  assert.deepEqual(await readFile(layout.pathOf(DIGEST)), Buffer.from(LAYER));
  assert.deepEqual(await filesIn(path), [hexOf(DIGEST), "oci-layout"].sort());
});

Deno.test("take() copies what a layout has not got, and commit() says whether it was the blob", async () => {
  await using folder = await temporaryFolder();
  const stored = join(folder.path, "stored");
  await writeFile(stored, LAYER);
  const file = { path: stored, offset: 0, size: LAYER.length };
  const descriptor = { mediaType: MEDIA_TYPES.layerGzip, digest: DIGEST, size: LAYER.length };
  const path = join(folder.path, "layout");
  await OciLayout.openOrCreate(path);
  {
    await using early = (await EarlyLayers.begin(path))!;
    await early.take(file, descriptor, {});
    assert.equal(await early.commit(DIGEST), true);
    await early.take(file, descriptor, {});
    assert.equal(await early.commit(DIGEST), false, "the layout has it");
    const other = digestOf(new TextEncoder().encode("other"));
    await early.take(file, { ...descriptor, digest: other }, {});
    await assert.rejects(early.commit(other), IntegrityError);
    await early.take(file, { ...descriptor, digest: other }, {}); // Nobody asks how it ends.
  }
  assert.deepEqual(await filesIn(path), [hexOf(DIGEST), "oci-layout"].sort());
});

Deno.test("nothing remains of layers whose image is not written, nor of a layout made for them", async () => {
  await using folder = await temporaryFolder();
  {
    await using early = (await EarlyLayers.begin(join(folder.path, "new")))!;
    await take(early);
    await take(early); // A layer that is packed anew is kept once.
    await using unfinished = await early.copy();
    unfinished!.write(LAYER);
  }
  assert.deepEqual(await readdir(folder.path), []);
  await OciLayout.openOrCreate(folder.path);
  {
    await using early = (await EarlyLayers.begin(folder.path))!;
    await take(early);
  }
  assert.deepEqual(await filesIn(folder.path), ["oci-layout"]);
});

Deno.test("begin() takes nothing where no layout can be", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "file"), "");
  assert.equal(await EarlyLayers.begin(join(folder.path, "file")), undefined);
  assert.equal(await EarlyLayers.begin(folder.path), undefined);
  assert.deepEqual(await readdir(folder.path), ["file"]);
});

Deno.test("copy() takes nothing where no blob can be", async () => {
  await using folder = await temporaryFolder();
  await OciLayout.openOrCreate(folder.path);
  await writeFile(join(folder.path, "blobs"), "");
  await using early = (await EarlyLayers.begin(folder.path))!;
  assert.equal(await early.copy(), undefined);
});

Deno.test("EarlyOutputs makes a layout when the first layer comes, and not before", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "layout");
  const cache = join(folder.path, "cache");
  await mkdir(cache);
  {
    await using early = new EarlyOutputs([layoutOutput(path)], cache);
    assert.deepEqual(await readdir(folder.path), ["cache"]);
    const copies = await early.copies();
    assert.equal(copies.length, await mayShareCopies(cache, path) ? 0 : 1);
    for (const copy of copies) await copy[Symbol.asyncDispose]();
  }
  assert.deepEqual(await readdir(folder.path), ["cache"]);
});
