import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Failure } from "../../src/failure/mod.ts";
import { findImages, inspectImage } from "../../src/inspect/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import {
  COMMON_CONFIG,
  type ImageSpec,
  layerOf,
  writeLayout,
  writeMultiLayout,
} from "../support/write_layout.ts";

const BASE = layerOf([
  { path: "bin", type: "5" },
  { path: "bin/tool", mode: 0o4755, content: "a tool" },
  { path: "etc", type: "5" },
  { path: "etc/gone", content: "gone" },
]);
const UPPER = layerOf([
  { path: "etc", type: "5" },
  { path: "etc/.wh.gone" },
  { path: "etc/link", type: "2", target: "../bin/tool" },
  { path: "etc/tool", type: "1", target: "bin/tool" },
]);
const IMAGE: ImageSpec = { layers: [BASE, { ...UPPER, codec: "zstd" }], config: COMMON_CONFIG };

async function layoutWith(image: ImageSpec = IMAGE) {
  const folder = await temporaryFolder();
  await writeLayout(folder.path, image);
  return folder;
}

/** What is wrong with the only image of a layout: the kind of blob, and the problem. */
async function faultsOf(layout: string): Promise<readonly string[]> {
  const [found, ...others] = await findImages(layout);
  assert.equal(others.length, 0);
  const { faults } = await inspectImage(found!);
  return faults.map(({ digest, problem }) => `${digest?.slice(0, 9)} ${problem}`);
}

// deno-lint-ignore no-explicit-any
type Document = any;

async function readDocument(layout: string, digest: string): Promise<Document> {
  return JSON.parse(await readFile(join(layout, "blobs", digest.replace(":", "/")), "utf8"));
}

async function store(layout: string, bytes: Uint8Array) {
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  await writeFile(join(layout, "blobs", digest.replace(":", "/")), bytes);
  return { digest, size: bytes.length };
}

/** Changes manifest and config, and all names that follow from them. */
async function change(
  layout: string,
  edit: (image: { manifest: Document; config: Document }) => void | Promise<void>,
): Promise<void> {
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8"));
  const [root] = index.manifests;
  const manifest = await readDocument(layout, root.digest);
  const config = await readDocument(layout, manifest.config.digest);
  await edit({ manifest, config });
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  Object.assign(manifest.config, await store(layout, encode(config)));
  Object.assign(root, await store(layout, encode(manifest)));
  await writeFile(join(layout, "index.json"), JSON.stringify(index));
}

Deno.test("inspectImage() says what an image is", async () => {
  await using layout = await layoutWith();
  const [found] = await findImages(layout.path);
  const { layers, tree, faults, references, platform, config } = await inspectImage(found!);
  assert.deepEqual(faults, []);
  assert.deepEqual(references, ["base"]);
  assert.equal(platform, "linux/amd64");
  assert.deepEqual(config.Cmd, ["bash"]);
  assert.deepEqual(layers.map(({ part, entries, tarSize }) => [part, entries, tarSize]), [
    ["base", 4, BASE.tar.length],
    ["base", 4, UPPER.tar.length],
  ]);
  assert.deepEqual([...tree.entries()].map(([path, { type }]) => `${type} ${path}`), [
    "directory ",
    "directory bin",
    "file bin/tool",
    "directory etc",
    "symlink etc/link",
    "file etc/tool",
  ]);
});

Deno.test("inspectImage() finds a flipped byte in any blob, wherever it is", async () => {
  await using layout = await layoutWith();
  const folder = join(layout.path, "blobs/sha256");
  const names = await readdir(folder);
  assert.equal(names.length, 4);
  for (const name of names) {
    const path = join(folder, name);
    const bytes = await readFile(path);
    for (const at of [0, 5, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const damaged = new Uint8Array(bytes);
      damaged[at]! ^= 0x20;
      await writeFile(path, damaged);
      const faults = await faultsOf(layout.path);
      assert.equal(faults.length, 1, `byte ${at} of ${name}: ${faults}`);
      assert.equal(
        faults[0]!.startsWith(`sha256:${name.slice(0, 2)} it is damaged: expected sha256`),
        true,
        faults[0],
      );
    }
    await writeFile(path, bytes);
  }
  assert.deepEqual(await faultsOf(layout.path), []);
});

Deno.test("inspectImage() finds a blob that is cut off or too long", async () => {
  await using layout = await layoutWith();
  const folder = join(layout.path, "blobs/sha256");
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const bytes = await readFile(path);
    for (const wrong of [bytes.subarray(0, -1), new Uint8Array([...bytes, 0])]) {
      await writeFile(path, wrong);
      const [fault, ...others] = await faultsOf(layout.path);
      assert.deepEqual(others, []);
      assert.match(fault!, /^sha256:\w\w it is damaged: expected \d+ bytes, found \d+$/);
    }
    await writeFile(path, bytes);
  }
});

Deno.test("inspectImage() finds a blob that is missing, and looks at all others", async () => {
  await using layout = await layoutWith();
  await change(layout.path, async ({ manifest }) => {
    for (const { digest } of [manifest.layers[0], manifest.layers[1]]) {
      await rm(join(layout.path, "blobs", digest.replace(":", "/")));
    }
  });
  const faults = await faultsOf(layout.path);
  assert.deepEqual(faults.map((fault) => fault.slice(10)), ["it is missing", "it is missing"]);
});

Deno.test("inspectImage() finds a size that is not the blob's", async () => {
  await using layout = await layoutWith();
  await change(layout.path, ({ manifest }) => void manifest.layers[1].size--);
  const [fault] = await faultsOf(layout.path);
  assert.match(fault!, /it is damaged: expected \d+ bytes, found \d+/);
});

Deno.test("inspectImage() finds a diffId that is not the tar's, and one that lacks", async () => {
  await using layout = await layoutWith();
  const other = `sha256:${"0".repeat(64)}`;
  await change(layout.path, ({ config }) => void (config.rootfs.diff_ids[1] = other));
  const [fault] = await faultsOf(layout.path);
  assert.match(fault!, /its tar is sha256:[0-9a-f]{64}, the config says sha256:0{64}$/);
  await change(layout.path, ({ config }) => void config.rootfs.diff_ids.pop());
  assert.match((await faultsOf(layout.path))[0]!, /it has 1 diffIds, the manifest 2 layers/);
});

/** A layer's tar in place of the upper one's, with all digests right. */
async function withUpper(tar: Uint8Array) {
  const layers = [BASE, { tar: new Uint8Array(tar) }];
  return await layoutWith({ layers, config: COMMON_CONFIG });
}

Deno.test("inspectImage() finds a layer that does not end", async () => {
  for (const cut of [1024, 512, 1536, 100]) {
    await using layout = await withUpper(UPPER.tar.subarray(0, -cut));
    const [fault, ...others] = await faultsOf(layout.path);
    assert.deepEqual(others, []);
    assert.match(fault!, /no engine could unpack it: expected/, `without ${cut} bytes`);
  }
});

Deno.test("inspectImage() finds gzip that is cut off, though its digest is right", async () => {
  await using layout = await layoutWith();
  await change(layout.path, async ({ manifest }) => {
    const packed = gzipSync(BASE.tar);
    Object.assign(manifest.layers[0], await store(layout.path, packed.subarray(0, -12)));
  });
  assert.match((await faultsOf(layout.path))[0]!, /no engine could unpack it: expected whole gzip/);
});

Deno.test("inspectImage() finds a hard link to nothing", async () => {
  const link = { path: "etc/tool", type: "1", target: "bin/nothing" } as const;
  await using layout = await withUpper(layerOf([link]).tar);
  const [fault] = await faultsOf(layout.path);
  assert.match(fault!, /expected a file "bin\/nothing" for the hard link "etc\/tool", found none/);
});

Deno.test("inspectImage() does not blame a layer for the one below", async () => {
  await using layout = await layoutWith();
  await change(layout.path, async ({ manifest }) => {
    await rm(join(layout.path, "blobs", manifest.layers[0].digest.replace(":", "/")));
  });
  assert.deepEqual((await faultsOf(layout.path)).map((fault) => fault.slice(10)), [
    "it is missing",
  ]);
});

Deno.test("inspectImage() names a layer whose type it does not know", async () => {
  await using layout = await layoutWith();
  await change(layout.path, ({ manifest }) => void (manifest.layers[0].mediaType = "text/plain"));
  assert.match((await faultsOf(layout.path))[0]!, /it is of type "text\/plain", which is none/);
});

Deno.test("inspectImage() finds the image for linux/amd64 among several", async () => {
  await using folder = await temporaryFolder();
  const image = (architecture: string) => ({
    layers: [layerOf([{ path: architecture, content: architecture }])],
    architecture,
  });
  await writeMultiLayout(folder.path, ["arm64", "amd64"].map(image));
  const [found] = await findImages(folder.path);
  const { tree, platform, faults } = await inspectImage(found!);
  assert.equal(platform, "linux/amd64");
  assert.deepEqual([faults, tree.children("")], [[], ["amd64"]]);
});

Deno.test("findImages() finds every image of a layout, each with all its names", async () => {
  await using layout = await layoutWith();
  await using other = await layoutWith({ layers: [UPPER] });
  const index = JSON.parse(await readFile(join(layout.path, "index.json"), "utf8"));
  const [theirs] = JSON.parse(await readFile(join(other.path, "index.json"), "utf8")).manifests;
  const [ours] = index.manifests;
  const named = (descriptor: Document, name: string) => ({
    ...descriptor,
    annotations: { "org.opencontainers.image.ref.name": name },
  });
  const manifests = [named(ours, "a:1"), named(theirs, "b:1"), named(ours, "a:2")];
  await writeFile(join(layout.path, "index.json"), JSON.stringify({ ...index, manifests }));
  const found = await findImages(layout.path);
  assert.deepEqual(found.map(({ name, references }) => [name, references]), [
    [`${layout.path}:a:1`, ["a:1", "a:2"]],
    [`${layout.path}:b:1`, ["b:1"]],
  ]);
  const [one] = await findImages(`oci:${layout.path}:a:2`);
  assert.equal(one!.root.digest, ours.digest);
});

for (
  const [what, make, message] of [
    ["is not there", () => Promise.resolve(), /failed to read image "oci:.*": there is no such/],
    [
      "is no layout",
      (path: string) => writeFile(path, "not a tar"),
      /failed to read image ".*": expected/,
    ],
  ] as const
) {
  Deno.test(`findImages() refuses what ${what}`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "image");
    await make(path);
    const name = what === "is not there" ? `oci:${path}` : path;
    await assert.rejects(findImages(name), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.message, message);
      return true;
    });
  });
}
