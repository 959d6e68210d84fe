import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { openBase } from "../../src/base/mod.ts";
import { debianBase, nastyBase } from "../support/bases.ts";
import { readTree, type Tree as UnpackedTree } from "../support/read_tree.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";
import { makeLayout } from "./images.ts";
import { agreedSteps, applyLayer, type Model, STEPS } from "./layer_model.ts";

/** Unpacks an image of a layout with umoci, and reads what came of it. */
async function unpack(image: string): Promise<UnpackedTree> {
  await using folder = await temporaryFolder();
  const bundle = join(folder.path, "bundle");
  await run("umoci", ["unpack", "--image", image, bundle]);
  return readTree(join(bundle, "rootfs"));
}

/** What can be compared of every entry; times of folders that no layer states are the tool's own. */
async function describe(image: string): Promise<{ merged: string[]; unpacked: string[] }> {
  const { tree } = await openBase(`oci:${image}`);
  const found = await unpack(image);
  const merged: string[] = [];
  const unpacked: string[] = [];
  for (const [path, node] of tree.entries()) {
    if (path === "") continue;
    const isKnown = ["file", "directory", "symlink"].includes(node.type);
    const { uid, gid, mtime } = node;
    const hasTime = node.type === "file" || (node.type === "directory" && mtime !== 0);
    merged.push(JSON.stringify({
      path,
      type: isKnown ? node.type : "other",
      mode: node.type === "symlink" ? 0o777 : node.mode,
      owner: `${uid}:${gid}`,
      mtime: hasTime ? mtime : "any",
      size: node.type === "file" ? node.size : undefined,
      target: node.type === "symlink" ? node.target : undefined,
    }));
    const other = found.get(path);
    unpacked.push(JSON.stringify(
      other && {
        path,
        type: other.type,
        mode: other.mode,
        owner: `${other.uid}:${other.gid}`,
        mtime: hasTime ? other.mtime : "any",
        size: other.type === "file" ? other.size : undefined,
        target: other.target,
      },
    ));
  }
  const paths = new Set([...tree.entries()].map(([path]) => path));
  for (const path of found.keys()) {
    if (!paths.has(path)) unpacked.push(JSON.stringify({ path, found: "not merged" }));
  }
  return { merged, unpacked };
}

toolTest(
  {
    name: "openBase() has the tree that umoci unpacks of an image full of traps",
    needs: ["umoci"],
  },
  async () => {
    const { merged, unpacked } = await describe(`${await nastyBase()}:base`);
    assert.ok(merged.length > 50);
    assert.deepEqual(merged, unpacked);
  },
);

toolTest(
  { name: "openBase() has the tree that umoci unpacks of Debian", needs: ["umoci", "mmdebstrap"] },
  async () => {
    const image = `${await debianBase()}:base`;
    const { merged, unpacked } = await describe(image);
    assert.ok(merged.length > 1000);
    assert.deepEqual(merged, unpacked);
    const { libraries, users, tree } = await openBase(`oci:${image}`);
    assert.ok(libraries.every(({ glibc }) => /^2\.3[0-9]$/.test(glibc ?? "")), "glibc 2.3x");
    assert.equal(libraries[0]?.path, "/lib64/ld-linux-x86-64.so.2");
    assert.equal(users.passwd[0]?.name, "root");
    assert.equal(tree.resolve("/bin/sh"), "usr/bin/dash");
  },
);

toolTest(
  { name: "openBase() has the trees that umoci unpacks of any layers", needs: ["umoci"] },
  async () => {
    await fc.assert(
      fc.asyncProperty(STEPS, async (steps) => {
        await using folder = await temporaryFolder();
        const model: Model = new Map();
        const layers = steps.map((layer) => applyLayer(model, agreedSteps(model, layer)));
        await makeLayout(folder.path, { base: { layers } });
        const { merged, unpacked } = await describe(`${folder.path}:base`);
        assert.deepEqual(merged, unpacked);
      }),
      { numRuns: 15 },
    );
  },
);
