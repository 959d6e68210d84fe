import assert from "node:assert/strict";
import { lstat, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOutput, layoutOutput, type Output, stageAll } from "../../src/output/mod.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { makePipe } from "../support/pipe.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { testOn, toolTest } from "../support/tools.ts";
import { imageOf } from "./image_of.ts";

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

/** What may stand in the place of a blob that a layout has already. */
const DAMAGES: Readonly<Record<string, (path: string, bytes: Uint8Array) => Promise<unknown>>> = {
  "cut": (path, bytes) => writeFile(path, bytes.subarray(1)),
  "empty": (path) => writeFile(path, ""),
  "longer": (path, bytes) => writeFile(path, Buffer.concat([bytes, bytes])),
  "changed in one bit": (path, bytes) => writeFile(path, bytes.with(3, bytes[3]! ^ 1)),
  "a link to a file that is right": async (path, bytes) => {
    await writeFile(`${path}.elsewhere`, bytes);
    await rm(path);
    await symlink(`${path}.elsewhere`, path);
  },
  "a link to nothing": async (path) => {
    await rm(path);
    await symlink("nowhere", path);
  },
  "a link to itself": async (path) => {
    await rm(path);
    await symlink(path, path);
  },
  "a pipe": async (path) => {
    await rm(path);
    await makePipe(path);
  },
};

for (const [damage, make] of Object.entries(DAMAGES)) {
  Deno.test({
    ...testOn(`layoutOutput() writes each blob anew that is ${damage}`, "no Windows"),
    async fn() {
      await using folder = await temporaryFolder();
      const image = imageOf("one", "bot:1");
      await layoutOutput(folder.path).write(image);
      const before = await blobsOf(folder.path);
      for (const [path, bytes] of before) await make(path, bytes);
      await layoutOutput(folder.path).write(image);
      for (const [path, bytes] of before) {
        assert.equal((await lstat(path)).isFile(), true);
        assert.deepEqual(await readFile(path), bytes);
      }
    },
  });
}

Deno.test("layoutOutput() leaves whole blobs as they are", async () => {
  await using folder = await temporaryFolder();
  const image = imageOf("one", "bot:1");
  await layoutOutput(folder.path).write(image);
  const inodes = async () =>
    await Promise.all((await blobsOf(folder.path)).map(async ([path]) => (await stat(path)).ino));
  const before = await inodes();
  let progress = 0;
  await layoutOutput(folder.path).write(image, { onProgress: (bytes) => progress += bytes });
  assert.deepEqual(await inodes(), before);
  assert.ok(progress > 0);
});

async function blobsOf(layout: string): Promise<readonly (readonly [string, Buffer])[]> {
  const folder = join(layout, "blobs", "sha256");
  return await Promise.all(
    (await readdir(folder)).sort().map(async (name) =>
      [join(folder, name), await readFile(join(folder, name))] as const
    ),
  );
}

Deno.test("stageAll() lets nothing appear when one output fails, the last one too", async () => {
  await using folder = await temporaryFolder();
  const [layout, archive] = [join(folder.path, "layout"), join(folder.path, "image.tar")];
  await layoutOutput(layout).write(imageOf("one", "bot:1"));
  await archiveOutput(archive).write(imageOf("one", "bot:1"));
  const [index, tar] = [await readFile(join(layout, "index.json")), await readFile(archive)];
  const failing: Output = {
    prepare: () => Promise.resolve(),
    write: () => Promise.reject(new Error("refused")),
  };
  const image = imageOf("two", "bot:1");
  const outputs = [layoutOutput(layout), archiveOutput(archive)];
  await assert.rejects(stageAll([failing, ...outputs], image), /refused/);
  {
    await using staged = await stageAll(outputs, image);
    assert.deepEqual(staged.written.map(({ kind }) => kind), ["layout", "archive"]);
  }
  assert.deepEqual(await readFile(join(layout, "index.json")), index);
  assert.deepEqual(await readFile(archive), tar);
  assert.deepEqual((await readdir(folder.path)).sort(), ["image.tar", "layout"]);
  await using staged = await stageAll(outputs, image);
  await staged.commit();
  assert.equal((await indexOf(layout))[0][1], image.manifest.descriptor.digest);
  assert.notDeepEqual(await readFile(archive), tar);
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

toolTest({
  name: "archiveOutput() and layoutOutput() leave to the system whether root may write",
  needs: [],
  on: ["root"],
}, async () => {
  await using folder = await temporaryFolder();
  await Deno.chmod(folder.path, 0o555);
  await archiveOutput(join(folder.path, "image.tar")).prepare();
  await layoutOutput(join(folder.path, "layout")).prepare();
  assert.deepEqual(await readdir(folder.path), []);
});
