import assert from "node:assert/strict";
import { join } from "node:path";
import { type BaseSource, openBase, summarizeBase } from "../../src/base/mod.ts";
import { BlobCache, MemoryStore } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { dir, failureOf, file, listTree, makeImage, makeLayout, memorySource } from "./images.ts";

const LAYERS = [[dir("etc"), file("etc/passwd", "root:x:0:0::/root:\n")]];

Deno.test("summarizeBase() opens scratch and what lies on this machine as openBase() does", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "layout");
  await makeLayout(path, { a: { layers: LAYERS } });
  for (const name of ["scratch", `oci:${path}`]) {
    const { isRead, ...previewed } = await summarizeBase(name);
    const opened = await openBase(name);
    assert.equal(isRead, true);
    assert.equal(previewed.digest, opened.digest);
    assert.deepEqual(listTree(previewed.tree), listTree(opened.tree));
  }
});

Deno.test("summarizeBase() fetches no layer of a registry, and knows the base once it was read", async () => {
  await using folder = await temporaryFolder();
  const store = new MemoryStore();
  const { root, layers } = await makeImage(store, { layers: LAYERS });
  const opened: string[] = [];
  const near = memorySource(store, root);
  const registry: BaseSource = async (name, options) => {
    const origin = await near(name, options);
    return {
      ...origin,
      blobs: {
        ...origin.blobs,
        open: (descriptor, options) => {
          opened.push(descriptor.digest);
          return origin.blobs.open(descriptor, options);
        },
      },
      fetch: () => Promise.resolve(),
    };
  };
  const cache = new BlobCache(folder.path);
  const before = await summarizeBase("x", { registry, cache });
  assert.equal(before.isRead, false);
  assert.deepEqual(before.layers.map(({ descriptor }) => descriptor), layers);
  assert.deepEqual(listTree(before.tree), []);
  assert.ok(!opened.includes(layers[0]!.digest));
  const { digest } = await openBase("x", { registry, cache });
  const after = await summarizeBase("x", { registry, cache });
  assert.equal(after.isRead, true);
  assert.equal(after.digest, digest);
  assert.deepEqual(listTree(after.tree), ["d 755 etc", "f 644 etc/passwd 19"]);
});

Deno.test("summarizeBase() says when there is no such image", async () => {
  assert.equal((await failureOf(summarizeBase("oci:/none"))).id, "base/not-found");
});
