import assert from "node:assert/strict";
import fc from "fast-check";
import type { RawMember } from "../tar/raw_tar.ts";
import { pax } from "../tar/raw_tar.ts";
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

// The model keeps paths in a flat map, and removes by the beginnings of paths: nothing of the tree
// of folders that it is to judge.

type ModelEntry = { readonly type: "dir" | "file" | "symlink"; readonly text: string };
type Model = Map<string, ModelEntry>;

interface Step {
  readonly kind: "dir" | "file" | "symlink" | "hardlink" | "whiteout" | "opaque";
  readonly path: readonly string[];
  readonly other: readonly string[];
  readonly number: number;
}

const NAMES = ["a", "b", "c", "a-b"];
const PATH = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 });
const STEP: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("dir", "file", "file", "symlink", "hardlink", "whiteout", "opaque"),
  path: PATH,
  other: PATH,
  number: fc.nat(0o777),
});

/** Applies one layer's steps, those that are possible, and returns these as members. */
function applyLayer(model: Model, steps: readonly Step[]): RawMember[] {
  const upper: Model = new Map();
  const stated = new Set<string>();
  /** What marks hide, each with the folder that the mark stands in: it goes with its folder. */
  let hidden: { readonly folder: string; readonly path: string; readonly itself: boolean }[] = [];
  const members: RawMember[] = [];
  for (const { kind, path: parts, other, number } of steps) {
    const path = parts.join("/");
    const parents = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join("/"));
    const folders = kind === "opaque" ? [...parents, path] : parents;
    // Below a file of the same layer nothing can be, and links there are another test's.
    if (folders.some((folder) => (upper.get(folder)?.type ?? "dir") !== "dir")) continue;
    const target = other.join("/");
    const linked = kind === "hardlink" ? upper.get(target) ?? model.get(target) : undefined;
    if (kind === "hardlink") {
      if (linked === undefined || linked.type !== "file" || folders.includes(target)) continue;
      if (upper.get(target) === undefined && hasFileAbove(upper, other)) continue;
    }
    for (const folder of folders) {
      if (!upper.has(folder)) upper.set(folder, { type: "dir", text: "d 755" });
    }
    const mode = `${number.toString(8).padStart(7, "0")}\0`;
    const shown = number.toString(8);
    switch (kind) {
      case "dir":
        if (upper.get(path)?.type !== "dir") removeBelow(upper, path);
        upper.set(path, { type: "dir", text: `d ${shown}` });
        stated.add(path);
        members.push(dir(path, mode));
        break;
      case "whiteout":
        hidden.push({ folder: parents.at(-1) ?? "", path, itself: true });
        members.push(file([...parts.slice(0, -1), `.wh.${parts.at(-1)}`].join("/")));
        break;
      case "opaque":
        hidden.push({ folder: path, path, itself: false });
        members.push(file(`${path}/.wh..wh..opq`));
        break;
      default: {
        removeBelow(upper, path);
        stated.delete(path);
        hidden = hidden.filter(({ folder }) => !`${folder}/`.startsWith(`${path}/`));
        const entry: ModelEntry = linked ??
          (kind === "symlink"
            ? { type: "symlink", text: `l ${target}` }
            : { type: "file", text: `f ${shown} ${number}` });
        upper.set(path, entry);
        if (kind === "hardlink") members.push(hardlink(path, target));
        else if (kind === "symlink") members.push(symlink(path, target));
        else members.push({ ...file(path, "x".repeat(number)), mode });
      }
    }
  }
  for (const { path, itself } of hidden) {
    removeBelow(model, path);
    if (itself) model.delete(path);
  }
  const shallowFirst = [...upper].sort(([a], [b]) => a.split("/").length - b.split("/").length);
  for (const [path, entry] of shallowFirst) {
    if (entry.type !== "dir") removeBelow(model, path);
    else if (model.get(path)?.type === "dir" && !stated.has(path)) continue;
    model.set(path, entry);
  }
  return members;
}

function removeBelow(model: Model, path: string): void {
  for (const other of [...model.keys()]) if (other.startsWith(`${path}/`)) model.delete(other);
}

function hasFileAbove(upper: Model, path: readonly string[]): boolean {
  return path.some((_, i) => {
    const found = upper.get(path.slice(0, i).join("/"));
    return found !== undefined && found.type !== "dir";
  });
}

function listModel(model: Model): readonly string[] {
  return [...model].map(([path, { type, text }]) => {
    const [letter, ...rest] = text.split(" ");
    if (type === "symlink") return `l ${path} ${rest[0]}`;
    return [letter, rest[0], path, ...rest.slice(1)].join(" ");
  }).sort();
}

Deno.test("openBase() merges layers as a simple model of overlays does", async () => {
  const layers = fc.array(fc.array(STEP, { maxLength: 12 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(layers, async (steps) => {
      const model: Model = new Map();
      const members = steps.map((layer) => applyLayer(model, layer));
      const { tree } = await openLayers(...members);
      assert.deepEqual([...listTree(tree)].sort(), listModel(model));
    }),
    { numRuns: 500 },
  );
});
