import { deepEqual, equal, throws } from "node:assert/strict";
import { type CatalogTree, childrenOf, FOLDER, nodePath } from "../../src/holotree/catalog_tree.ts";
import { namesOf } from "./catalog_of.ts";
import { sortTree, TreeDraft } from "../../src/holotree/tree_draft.ts";

const HEAD = { mode: 2 ** 31 + 0o755, shadow: false };

function sorted(draft: TreeDraft, baseBytes = 10): CatalogTree {
  const steps = sortTree(draft, baseBytes);
  for (let step = steps.next();; step = steps.next()) if (step.done) return step.value;
}

/** Folders before what is in them, in no other order. */
function draftOf(): TreeDraft {
  const draft = new TreeDraft();
  const root = draft.addFolder("", 0);
  const lib = draft.addFolder("lib", root);
  const link = draft.addFolder("a-link", root);
  draft.addFile("z", lib, { mode: 0o644, content: 2 });
  draft.addFile("é", root, { mode: 0o600, content: 1, symlink: "lib/z" });
  const deep = draft.addFolder("deep", lib);
  draft.addFile("f", deep, { mode: 0o755, content: 0 });
  draft.addFile("g", link, { mode: 0o755, content: 0 });
  for (const folder of [root, lib, deep]) draft.describeFolder(folder, HEAD);
  draft.describeFolder(link, { ...HEAD, symlink: "lib/deep" });
  return draft;
}

Deno.test("sortTree() puts folders before what is in them, siblings by their names", () => {
  const tree = sorted(draftOf());
  deepEqual(namesOf(tree).map((_, node) => nodePath(tree, node)), [
    ...["", "a-link", "a-link/g", "lib", "lib/deep", "lib/deep/f", "lib/z", "é"],
  ]);
  deepEqual([...tree.parents], [0, 0, 1, 0, 3, 4, 3, 0]);
  deepEqual([...tree.ends], [8, 3, 3, 7, 6, 6, 7, 8]);
  deepEqual([...tree.contents], [FOLDER, FOLDER, 0, FOLDER, FOLDER, 0, 2, 1]);
  deepEqual([...tree.modes].slice(-2), [0o644, 0o600]);
  deepEqual(tree.symlinks, new Map([[1, "lib/deep"], [7, "lib/z"]]));
});

Deno.test("childrenOf() gives what is in a folder and nothing deeper", () => {
  const tree = sorted(draftOf());
  deepEqual([0, 1, 3, 4].map((folder) => [...childrenOf(tree, folder)]), [[1, 3, 7], [2], [4, 6], [
    5,
  ]]);
});

Deno.test("sortTree() refuses one name twice, and shadows without a link above", () => {
  const twice = draftOf();
  twice.addFile("é", 0, { mode: 0o644, content: 0 });
  throws(() => sorted(twice), { message: '"é": expected every name once, found it twice' });
  const shadow = draftOf();
  shadow.shadows.add(1);
  throws(() => sorted(shadow), { message: /^"lib": expected "shadow" behind a symlinked/ });
});

Deno.test("sortTree() counts the bytes of paths, not their characters", () => {
  const long = draftOf();
  long.addFile("é".repeat(100), 0, { mode: 0o644, content: 0 });
  equal(sorted(long, 4095 - 201).names.count, 9);
  throws(() => sorted(long, 4095 - 200), /at most 4095 bytes, found 4096$/);
});
