import assert from "node:assert/strict";
import { Tree, type TreeNode } from "../../src/base/mod.ts";
import type { TreeFolder } from "../../src/base/tree.ts";
import { placeEntries, type PlaceOptions } from "../../src/plan/place.ts";
import { volumeFailures } from "../../src/plan/volumes.ts";
import type { TarDirectory, TarEntry } from "../../src/tar/mod.ts";

const ROOT = { uid: 0, gid: 0 };
const USER = { uid: 1000, gid: 1000 };
const COMMON = { uid: 0, gid: 0, mtime: 5, layer: 0 } as const;

/** A tree of paths; what is not named is a folder of root's, 0755. */
function treeOf(nodes: Readonly<Record<string, Partial<TreeNode>>>): Tree {
  const root: TreeFolder = { ...COMMON, type: "directory", mode: 0o755, children: new Map() };
  for (const [path, node] of Object.entries(nodes)) {
    const parts = path.split("/");
    let folder = root;
    for (const [index, name] of parts.entries()) {
      const children = folder.children as Map<string, unknown>;
      const isLast = index === parts.length - 1;
      if (!children.has(name) || isLast) {
        const base = { ...COMMON, type: "directory", mode: 0o755, children: new Map() };
        children.set(name, isLast ? { ...base, ...node } : base);
      }
      folder = children.get(name) as TreeFolder;
    }
  }
  return new Tree(root);
}

function file(path: string): TarEntry {
  return { type: "file", path, owner: USER, mtime: 1, mode: 0o644, content: { size: 0 } };
}

function folder(path: string): TarDirectory {
  return { type: "directory", path, owner: USER, mtime: 1, mode: 0o700 };
}

function place(
  entries: readonly TarEntry[],
  options: Partial<PlaceOptions> & { readonly tree: Tree },
) {
  const placed = placeEntries(entries, { runtimeUser: USER, own: [], ...options });
  const stated = placed.entries.map((entry) => [
    entry.path,
    entry.type === "directory" ? entry.mode.toString(8) : entry.type,
    entry.owner.uid,
  ]);
  return { stated, opened: placed.opened };
}

Deno.test("placeEntries() states every parent, new ones as root's 0755", () => {
  assert.deepEqual(place([file("a/b/c")], { tree: treeOf({}) }).stated, [
    ["a", "755", 0],
    ["a/b", "755", 0],
    ["a/b/c", "file", 1000],
  ]);
});

Deno.test("placeEntries() states the base's parents as the base has them, but for their time", () => {
  const tree = treeOf({ "opt/sticky": { mode: 0o1777, uid: 7, mtime: 9 } });
  const { entries } = placeEntries([file("opt/sticky/x")], { tree, runtimeUser: USER, own: [] });
  assert.deepEqual(entries[1], {
    type: "directory",
    path: "opt/sticky",
    owner: { uid: 7, gid: 0 },
    mode: 0o1777,
    mtime: 315532800,
  });
});

Deno.test("placeEntries() follows folders that are symlinks in the base", () => {
  const tree = treeOf({ "home": { type: "symlink", target: "/var/home" } as never });
  assert.deepEqual(place([file("home/robot/x"), folder("home/robot")], { tree }).stated, [
    ["var", "755", 0],
    ["var/home", "755", 0],
    ["var/home/robot", "700", 1000],
    ["var/home/robot/x", "file", 1000],
  ]);
});

Deno.test("placeEntries() replaces a symlink that stands where a file goes", () => {
  const tree = treeOf({ "usr/bin/rcc": { type: "symlink", target: "other" } as never });
  const { stated } = place([file("usr/bin/rcc")], { tree });
  assert.deepEqual(stated.at(-1), ["usr/bin/rcc", "file", 1000]);
});

Deno.test("placeEntries() opens only what its runtimeUser cannot search, and says so", () => {
  const tree = treeOf({ root: { mode: 0o700 }, "srv/own": { mode: 0o700, uid: 1000 } });
  const entries = [file("root/x"), file("srv/own/x")];
  const { stated, opened } = place(entries, { tree });
  assert.deepEqual(opened, ["/root"]);
  assert.deepEqual(stated.find(([path]) => path === "root"), ["root", "711", 0]);
  assert.deepEqual(stated.find(([path]) => path === "srv/own"), ["srv/own", "700", 1000]);
  assert.deepEqual(place(entries, { tree, runtimeUser: ROOT }).opened, []);
  assert.deepEqual(place(entries, { tree, runtimeUser: undefined }).opened, ["/root", "/srv/own"]);
});

Deno.test("placeEntries() states the image's own folders alike, without opening them", () => {
  const own = [{ ...folder("home/robot"), mode: 0o755 }];
  const { stated, opened } = place([file("home/robot/app/x")], { tree: treeOf({}), own });
  assert.deepEqual(stated, [
    ["home", "755", 0],
    ["home/robot", "755", 1000],
    ["home/robot/app", "755", 0],
    ["home/robot/app/x", "file", 1000],
  ]);
  assert.deepEqual(opened, []);
});

Deno.test("placeEntries() refuses a base with something else where a folder must be", () => {
  const tree = treeOf({ "opt/robot": { type: "file", size: 1 } as never });
  assert.throws(
    () => place([file("opt/robot/x")], { tree }),
    /failed to place "\/opt\/robot": the base has a file at "\/opt\/robot"/,
  );
});

Deno.test("placeEntries() and volumeFailures() say where the base's links lead in a circle", () => {
  const link = (target: string) => ({ type: "symlink", target, mode: 0o777 }) as Partial<TreeNode>;
  const tree = treeOf({ home: link("/home"), a: link("b"), b: link("a") });
  const failure = (path: string) => ({
    name: "Failure",
    id: "base/path-taken",
    message:
      `failed to place "/${path}": symlinks of the base lead in a circle there, use a base ` +
      "without them",
  });
  assert.throws(() => place([file("home/robot/x")], { tree }), failure("home/robot"));
  assert.throws(() => volumeFailures({ "/a/x": {} }, { tree, folders: [] }), failure("a/x"));
  const ours = { tree, folders: ["/home/robot"] };
  assert.throws(() => volumeFailures({ "/data": {} }, ours), failure("home/robot"));
});
