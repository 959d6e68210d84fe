import assert from "node:assert/strict";
import { Tree } from "../../src/base/mod.ts";
import type { TreeFolder } from "../../src/base/tree.ts";
import { type OwnFolderFacts, ownFolders } from "../../src/plan/own_folders.ts";

const STATED = { mtime: 5, layer: 0 } as const;
type Children = Map<string, TreeFolder>;

/** Folders by their paths, with owner and mode; the others are root's. */
function treeOf(folders: Readonly<Record<string, readonly [uid: number, mode: number]>>): Tree {
  const make = (uid = 0, mode = 0o755): TreeFolder => ({
    ...{ type: "directory", ...STATED, uid, gid: uid, mode },
    children: new Map(),
  });
  const root = make();
  for (const [path, [uid, mode]] of Object.entries(folders)) {
    let place = root;
    const parts = path.split("/");
    for (const [i, name] of parts.entries()) {
      const children = place.children as Children;
      if (i === parts.length - 1) children.set(name, make(uid, mode));
      else if (!children.has(name)) children.set(name, make());
      place = children.get(name)!;
    }
  }
  return new Tree(root);
}

function statedFor(facts: Partial<OwnFolderFacts> & { readonly home?: string }) {
  const { home = "/home/robot", ...rest } = facts;
  const folders = ownFolders({
    user: { name: "robot", uid: 1000, gid: 1000, home },
    robocorpHome: "/home/robot/.robocorp",
    start: "checked",
    tree: treeOf({}),
    ...rest,
  });
  return folders.map(({ path, owner, mode }) => [path, owner.uid, mode.toString(8)]);
}

const ROBOT = ["home/robot", 1000, "755"];
const APP = ["home/robot/app", 1000, "755"];
const RCC = ["home/robot/.robocorp", 1000, "755"];

Deno.test("the robot's folders are its user's", () => {
  assert.deepEqual(statedFor({}), [ROBOT, APP, RCC]);
});

Deno.test("a new user gets a new home", () => {
  assert.deepEqual(statedFor({ home: "/home/worker" }), [
    ...[ROBOT, APP],
    ["home/worker", 1000, "755"],
    RCC,
  ]);
});

Deno.test("a home that the base has stays the base's, whosever it is", () => {
  const tree = treeOf({ "usr/sbin": [0, 0o755], "home/worker": [1000, 0o700] });
  assert.deepEqual(statedFor({ home: "/usr/sbin", tree }), [ROBOT, APP, RCC]);
  assert.deepEqual(statedFor({ home: "/home/worker", tree }), [ROBOT, APP, RCC]);
  assert.deepEqual(statedFor({ home: "/", tree }), [ROBOT, APP, RCC]);
});

Deno.test("folders that are the user's in the base keep their modes", () => {
  const tree = treeOf({ "home/robot": [1000, 0o700], "home/robot/app": [1000, 0o750] });
  assert.deepEqual(statedFor({ tree }), [
    ["home/robot", 1000, "700"],
    ["home/robot/app", 1000, "750"],
    RCC,
  ]);
});

Deno.test("folders of ours that were another user's become this one's", () => {
  const tree = treeOf({ "home/robot": [7, 0o700], "home/robot/.robocorp": [7, 0o750] });
  assert.deepEqual(statedFor({ tree }), [ROBOT, APP, RCC]);
  const worker = statedFor({ tree, home: "/home/worker" });
  assert.deepEqual(worker, [APP, ["home/worker", 1000, "755"], RCC]);
});

Deno.test("in a sealed image they are root's", () => {
  const tree = treeOf({ "home/robot": [1000, 0o700] });
  const root = (path: string) => [path, 0, "755"];
  assert.deepEqual(
    statedFor({ tree, start: "sealed" }),
    ["home/robot", "home/robot/app", "home/robot/.robocorp"].map(root),
  );
});
