import { equal } from "node:assert/strict";
import { createHash } from "node:crypto";
import { spaceLayout } from "../../src/holotree/mod.ts";
import type { SpaceForm } from "../../src/holotree/space.ts";
import { spacePartDigest } from "../../src/holotree/space_digest.ts";
import { catalogJson, fileJson, folderJson, parse, STAGE } from "./catalog_of.ts";

const FORM: SpaceForm = {
  start: "checked",
  owner: { uid: 1000, gid: 1000 },
  layout: spaceLayout(STAGE, { home: "/home/robot", robocorpHome: "/home/robot/.robocorp" }),
  home: "/home/robot",
};

Deno.test("spacePartDigest() is a hash of each path of the part, with what the catalog says of it", async () => {
  const empty = fileJson("").digest;
  const inner = folderJson("inner", { files: { x: fileJson("x") } });
  const catalog = await parse(catalogJson({
    files: { c: fileJson("c", { mode: 0o755 }), "b\n": fileJson("b\n", { symlink: "a/x" }) },
    subdirs: {
      a: folderJson("a", { files: { x: fileJson("x"), z: fileJson("z") }, subdirs: { inner } }),
      d: folderJson("d"),
    },
  }));
  const nodes = Array.from({ length: catalog.tree.names.count - 1 }, (_, i) => i + 1);
  const lines = [
    STAGE.slice(-24),
    '"a" /',
    '"a/inner" /',
    `"a/inner/x" 420 ${empty} 0`,
    `"a/x" 420 ${empty} 0`,
    `"a/z" 420 ${empty} 0`,
    '"b\\n" "a/x"',
    `"c" 493 ${empty} 0`,
    '"d" /',
    `${empty} 0`,
    "",
  ];
  equal(
    spacePartDigest(catalog, { nodes, contents: [0] }, FORM),
    createHash("sha256").update(lines.join("\n")).digest("hex"),
  );
});
