import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Image } from "../../src/image/mod.ts";
import { digestOf, encodeJson, MEDIA_TYPES, parseReference } from "../../src/oci/mod.ts";
import { archiveOutput, layoutOutput } from "../../src/output/mod.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

function inline(bytes: Uint8Array, mediaType: string) {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

/** An image of one layer; nothing looks into it here. */
function imageOf(text: string, ...tags: readonly string[]): Image {
  const blobs = new MemoryStore();
  const layer = blobs.add(new TextEncoder().encode(`layer ${text}`), MEDIA_TYPES.layerGzip);
  const config = inline(encodeJson({ text }), MEDIA_TYPES.config);
  const manifest = inline(
    encodeJson({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: config.descriptor,
      layers: [layer],
    }),
    MEDIA_TYPES.manifest,
  );
  return {
    manifest,
    config,
    layers: [{ descriptor: layer, blobs }, { descriptor: layer, blobs }],
    tags: tags.map(parseReference),
    created: new Date(0),
  };
}

async function indexOf(layout: string) {
  const { manifests } = JSON.parse(await readFile(join(layout, "index.json"), "utf8"));
  return manifests.map((
    { digest, annotations }: { digest: string; annotations: Record<string, string> },
  ) => [annotations["org.opencontainers.image.ref.name"], digest]);
}

Deno.test("layoutOutput() makes a layout with a descriptor for each name", async () => {
  await using folder = await temporaryFolder();
  const layout = join(folder.path, "layout");
  const image = imageOf("one", "bot:1", "ghcr.io/acme/bot:2");
  const output = layoutOutput(layout);
  await output.prepare();
  await assert.rejects(stat(layout), "prepare() changes nothing");
  assert.deepEqual(await output.write(image), [{ kind: "layout", where: layout }]);
  const { digest } = image.manifest.descriptor;
  assert.deepEqual(await indexOf(layout), [
    ["docker.io/library/bot:1", digest],
    ["ghcr.io/acme/bot:2", digest],
  ]);
  assert.equal((await readdir(join(layout, "blobs", "sha256"))).length, 3);
});

Deno.test("layoutOutput() keeps other images, and replaces the one of the same name", async () => {
  await using folder = await temporaryFolder();
  const layout = join(folder.path, "layout");
  await layoutOutput(layout).write(imageOf("one", "bot:1"));
  await layoutOutput(layout).write(imageOf("other", "other:1"));
  const image = imageOf("two", "bot:1");
  await layoutOutput(layout).write(image);
  const index = await indexOf(layout);
  assert.deepEqual(index.map(([name]: [string]) => name), [
    "docker.io/library/other:1",
    "docker.io/library/bot:1",
  ]);
  assert.equal(index[1][1], image.manifest.descriptor.digest);
});

Deno.test("layoutOutput() leaves no new folder behind when a blob is damaged", async () => {
  await using folder = await temporaryFolder();
  const layout = join(folder.path, "layout");
  const image = imageOf("one", "bot:1");
  const [layer] = image.layers;
  const wrong = { ...layer!, descriptor: { ...layer!.descriptor, size: 3 } };
  await assert.rejects(layoutOutput(layout).write({ ...image, layers: [wrong] }));
  assert.deepEqual(await readdir(folder.path), []);
});

Deno.test("layoutOutput() refuses a folder with something else, and changes nothing", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "thesis.txt"), "mine");
  await assert.rejects(layoutOutput(folder.path).prepare(), { id: "output/exists" });
  assert.deepEqual(await readdir(folder.path), ["thesis.txt"]);
});

for (const index of ['{"manifests": 5', '{"manifests": 5}', "[]"]) {
  Deno.test(`layoutOutput() refuses a layout whose index is ${index} before anything is written`, async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    await writeFile(join(folder.path, "index.json"), index);
    await assert.rejects(layoutOutput(folder.path).prepare(), { id: "output/exists" });
    assert.deepEqual((await readdir(folder.path)).sort(), ["index.json", "oci-layout"]);
    assert.equal(await readFile(join(folder.path, "index.json"), "utf8"), index);
  });
}

Deno.test("archiveOutput() writes the same bytes for the same image, and nothing beside them", async () => {
  await using folder = await temporaryFolder();
  const write = async (name: string) => {
    const path = join(folder.path, name);
    await archiveOutput(path).write(imageOf("one", "bot:1"));
    return await readFile(path);
  };
  assert.deepEqual(await write("a.tar"), await write("b.tar"));
  assert.deepEqual((await readdir(folder.path)).sort(), ["a.tar", "b.tar"]);
});

Deno.test("archiveOutput() keeps the archive of before when it fails", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "image.tar");
  await writeFile(path, "the image of before");
  const image = imageOf("one", "bot:1");
  const gone = { ...image.layers[0]!, blobs: new MemoryStore() };
  await assert.rejects(archiveOutput(path).write({ ...image, layers: [gone] }));
  assert.equal(await readFile(path, "utf8"), "the image of before");
  assert.deepEqual(await readdir(folder.path), ["image.tar"]);
});

Deno.test("archiveOutput() stops when it is told to", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "image.tar");
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(archiveOutput(path).write(imageOf("x", "bot:1"), { signal }), /enough/);
  assert.deepEqual(await readdir(folder.path), []);
});

Deno.test({
  name: "archiveOutput() and layoutOutput() leave to the system whether root may write",
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
  async fn() {
    await using folder = await temporaryFolder();
    await Deno.chmod(folder.path, 0o555);
    await archiveOutput(join(folder.path, "image.tar")).prepare();
    await layoutOutput(join(folder.path, "layout")).prepare();
    assert.deepEqual(await readdir(folder.path), []);
  },
});
