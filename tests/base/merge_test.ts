import assert from "node:assert/strict";
import fc from "fast-check";
import { pax, type RawMember } from "../tar/raw_tar.ts";
import { applyLayer, listModel, type Model, STEPS } from "./layer_model.ts";
import { dir, failureOf, file, hardlink, listTree, openLayers, symlink } from "./images.ts";

async function merged(...layers: readonly (readonly RawMember[])[]): Promise<readonly string[]> {
  return listTree((await openLayers(...layers)).tree);
}

Deno.test("openBase() lays folders over folders, and states what the upper layer says", async () => {
  assert.deepEqual(
    await merged(
      [dir("a", "0000700\0"), file("a/old", "1"), dir("b", "0001777\0"), file("b/x", "12")],
      [dir("a", "0000755\0"), file("a/new", "123"), file("b/y", "1234")],
    ),
    [
      "d 755 a",
      "f 644 a/new 3",
      "f 644 a/old 1",
      "d 1777 b",
      "f 644 b/x 2",
      "f 644 b/y 4",
    ],
  );
});

Deno.test("openBase() leaves owners and times of folders that are not stated as they were", async () => {
  const { tree } = await openLayers(
    [{ ...dir("a"), uid: "0000017\0", gid: "0000012\0", mtime: "00000000144\0" }],
    [file("a/b/c")],
  );
  const { uid, gid, mtime, layer } = tree.get("a")!;
  assert.deepEqual([uid, gid, mtime, layer], [15, 10, 100, 0]);
  const made = tree.get("a/b")!;
  assert.deepEqual([made.mode, made.uid, made.gid, made.mtime, made.layer], [0o755, 0, 0, 0, 1]);
});

Deno.test("openBase() takes attributes of the root from the layers", async () => {
  const { tree } = await openLayers([{ ...dir("."), mode: "0000700\0" }], [file("x")]);
  assert.equal(tree.get("/")?.mode, 0o700);
});

Deno.test("openBase() removes what a whiteout names, with all in it", async () => {
  assert.deepEqual(
    await merged(
      [dir("a"), file("a/x"), dir("a/b"), file("a/b/y"), file("a/b-c"), symlink("l", "a")],
      [file("a/.wh.b"), file(".wh.l"), file(".wh.none")],
    ),
    ["d 755 a", "f 644 a/b-c 0", "f 644 a/x 0"],
  );
});

Deno.test("openBase() applies whiteouts to the layers below only, wherever they stand", async () => {
  const lower = [dir("a"), dir("a/b"), file("a/b/old")];
  const upper = [dir("a/b", "0000711\0"), file("a/b/new"), file("a/.wh.b")];
  const expected = ["d 755 a", "d 711 a/b", "f 644 a/b/new 0"];
  assert.deepEqual(await merged(lower, upper), expected);
  assert.deepEqual(await merged(lower, [...upper].reverse()), expected);
});

Deno.test("openBase() lets nothing of the layers below show through an opaque folder", async () => {
  const lower = [dir("a"), file("a/old"), dir("a/b"), file("a/b/old"), file("beside")];
  const upper = [file("a/b/new"), file("a/.wh..wh..opq"), file("a/new")];
  const expected = ["d 755 a", "d 755 a/b", "f 644 a/b/new 0", "f 644 a/new 0", "f 644 beside 0"];
  assert.deepEqual(await merged(lower, upper), expected);
  assert.deepEqual(await merged(lower, [...upper].reverse()), expected);
  assert.deepEqual(await merged(lower, [file(".wh..wh..opq"), file("x")]), ["f 644 x 0"]);
});

Deno.test("openBase() has no whiteouts of a layer hide what a later layer brings", async () => {
  assert.deepEqual(
    await merged([file("a/x")], [file("a/.wh.x"), file("a/.wh..wh..opq")], [file("a/x", "1")]),
    ["d 755 a", "f 644 a/x 1"],
  );
  assert.deepEqual(await merged([file("a/.wh.x")], [file("a/x")]), ["d 755 a", "f 644 a/x 0"]);
});

Deno.test("openBase() passes over other marks of the file system that whiteouts are from", async () => {
  assert.deepEqual(
    await merged([file("x"), file(".wh..wh.aufs"), dir(".wh..wh.plnk"), file(".wh..wh.plnk/1.2")]),
    ["f 644 x 0"],
  );
});

Deno.test("openBase() puts a file over a folder, and a folder over a file", async () => {
  const folder = [dir("x"), file("x/y")];
  const plain = [file("x", "1")];
  assert.deepEqual(await merged(folder, plain), ["f 644 x 1"]);
  assert.deepEqual(await merged(folder, plain, folder), ["d 755 x", "f 644 x/y 0"]);
  assert.deepEqual(await merged(plain, [file("x/y/z")]), [
    "d 755 x",
    "d 755 x/y",
    "f 644 x/y/z 0",
  ]);
});

Deno.test("openBase() takes the last of several entries of one path in a layer", async () => {
  assert.deepEqual(await merged([file("x", "1"), file("x", "12")]), ["f 644 x 2"]);
  assert.deepEqual(await merged([dir("x"), file("x/y"), dir("x", "0000700\0")]), [
    "d 700 x",
    "f 644 x/y 0",
  ]);
  assert.deepEqual(await merged([dir("x"), file("x/y"), file("x", "1")]), ["f 644 x 1"]);
  assert.deepEqual(await merged([symlink("x", "y"), dir("x"), file("x/z")]), [
    "d 755 x",
    "f 644 x/z 0",
  ]);
});

Deno.test("openBase() follows symlinks of the same layer on the way to an entry", async () => {
  assert.deepEqual(
    await merged([dir("usr"), dir("usr/bin"), symlink("bin", "/usr/bin"), file("bin/sh", "1")]),
    ["l bin /usr/bin", "d 755 usr", "d 755 usr/bin", "f 644 usr/bin/sh 1"],
  );
});

Deno.test("openBase() puts a folder over a symlink of a layer below, as overlays do", async () => {
  assert.deepEqual(
    await merged([file("usr/bin/sh"), symlink("bin", "usr/bin")], [file("bin/new", "1")]),
    ["d 755 bin", "f 644 bin/new 1", "d 755 usr", "d 755 usr/bin", "f 644 usr/bin/sh 0"],
  );
});

Deno.test("openBase() knows devices and pipes", async () => {
  assert.deepEqual(
    await merged([
      { name: "null", typeflag: "3" },
      { name: "sda", typeflag: "4" },
      { name: "pipe", typeflag: "6" },
    ]),
    ["character 644 null", "fifo 644 pipe", "block 644 sda"],
  );
});

Deno.test("openBase() takes a hard link for the file that it is another name of", async () => {
  assert.deepEqual(
    await merged(
      [file("a/x", "123"), hardlink("b/y", "a/x"), symlink("l", "a"), hardlink("l2", "l")],
      [hardlink("z", "./b/y"), file(".wh.b"), file("a/x", "1"), hardlink("w", "l/x")],
    ),
    [
      "d 755 a",
      "f 644 a/x 1",
      "l l a",
      "l l2 a",
      "f 644 w 3",
      "f 644 z 3",
    ],
  );
});

Deno.test("openBase() refuses hard links to nothing, and to folders", async () => {
  const { id, message } = await failureOf(openLayers([file("a"), hardlink("x", "none")]));
  assert.equal(id, "base/layer");
  assert.match(
    message,
    /in layer sha256:[0-9a-f]{64}, expected a file "none" for the hard link "x"/,
  );
  const folder = await failureOf(openLayers([dir("a"), hardlink("x", "a")]));
  assert.match(folder.message, /hard link "x", found a folder/);
});

Deno.test("openBase() refuses entries below a file, and behind endless symlinks", async () => {
  const below = await failureOf(openLayers([file("a"), file("a/b")]));
  assert.match(below.message, /expected a folder "a", found a file on the way/);
  const endless = await failureOf(openLayers([symlink("a", "b"), symlink("b", "a"), file("a/x")]));
  assert.equal(endless.id, "base/layer");
});

Deno.test("openBase() refuses paths longer than Linux has", async () => {
  const path = "long/".repeat(1000);
  const { id, message } = await failureOf(openLayers([pax({ path }), file("x")]));
  assert.equal(id, "base/layer");
  assert.match(message, /at most 4096 characters/);
});

Deno.test("openBase() merges layers as a simple model of overlays does", async () => {
  await fc.assert(
    fc.asyncProperty(STEPS, async (steps) => {
      const model: Model = new Map();
      const members = steps.map((layer) => applyLayer(model, layer));
      const { tree } = await openLayers(...members);
      assert.deepEqual([...listTree(tree)].sort(), listModel(model));
    }),
    { numRuns: 500 },
  );
});
