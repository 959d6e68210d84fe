import { deepEqual, equal } from "node:assert/strict";
import { nodePath } from "../../src/holotree/catalog_tree.ts";
import { findFile } from "../../src/holotree/file_record.ts";
import { parseCatalog } from "../../src/holotree/parse_catalog.ts";
import { catalogDigests, countFiles, walkCatalog } from "../../src/holotree/walk_catalog.ts";
import { readSpaceMeta, TINY_HASH } from "../support/fixtures.ts";
import { catalogJson, fileJson, folderJson, parse } from "./catalog_of.ts";

const tiny = async () =>
  await parseCatalog(await readSpaceMeta("tiny"), `${TINY_HASH}v12.linux_amd64`);

Deno.test("walkCatalog() gives what a restored environment holds", async () => {
  const entries = [...walkCatalog(await tiny())];
  const files = entries.filter(({ kind }) => kind === "file");
  // RCC counts 34 files and 21 folders: 7 lie behind the symlinked folder, and one is the root.
  equal(files.length, 27);
  equal(countFiles(await tiny()), 27);
  equal(entries.length - files.length, 20);
});

Deno.test("walkCatalog() stops at symlinked folders", async () => {
  const paths = [...walkCatalog(await tiny())].map(({ path }) => path);
  deepEqual(paths.filter((path) => path.startsWith("share/data-link")), ["share/data-link"]);
});

Deno.test("walkCatalog() gives a folder before what is in it, siblings by the bytes of their names", async () => {
  const names = ["b", "a", "a-b", "B", "ä", "é", "\ue000", "😀", "z", "_"];
  const files = Object.fromEntries(names.map((name) => [name, fileJson(name)]));
  const inner = { files: { f: fileJson("f") }, subdirs: { "e-f": folderJson("e-f") } };
  const catalog = await parse(catalogJson({ files, subdirs: { "a.": folderJson("a.", inner) } }));
  deepEqual([...walkCatalog(catalog)].map(({ path }) => path), [
    ...["B", "_", "a", "a-b", "a.", "a./e-f", "a./f", "b", "z", "ä", "é", "\ue000", "😀"],
  ]);
});

Deno.test("catalogDigests() gives every digest once, with a path that has it", async () => {
  const catalog = await tiny();
  const digests = [...catalogDigests(catalog)];
  equal(digests.length, 21);
  equal(new Set(digests.map(({ digest }) => digest)).size, 21);
  for (const { digest, node, path } of digests) {
    equal(findFile(catalog, path)!.digest, digest);
    equal(nodePath(catalog.tree, node), path);
  }
});

Deno.test("catalogDigests() knows those of symlinks and behind symlinked folders", async () => {
  const digest = (digit: string) => digit.repeat(64);
  const files = { link: fileJson("link", { symlink: "/etc/x", digest: digest("a") }) };
  const behind = folderJson("deep", {
    shadow: true,
    files: { f: fileJson("f", { digest: digest("c") }) },
  });
  const subdirs = {
    out: folderJson("out", {
      symlink: "/usr/share",
      files: { f: fileJson("f", { digest: digest("b") }) },
      subdirs: { deep: behind },
    }),
  };
  deepEqual([...catalogDigests(await parse(catalogJson({ files, subdirs })))], [
    { content: 2, node: 1, path: "link", digest: digest("a"), size: 0 },
    { content: 0, node: 4, path: "out/deep/f", digest: digest("c"), size: 0 },
    { content: 1, node: 5, path: "out/f", digest: digest("b"), size: 0 },
  ]);
});

Deno.test("findFile() finds files and nothing else", async () => {
  const catalog = await tiny();
  equal(findFile(catalog, "identity.yaml")!.size, 51);
  equal(findFile(catalog, "bin/hello")!.size, 206);
  for (const path of ["", "bin", "bin/", "/bin/hello", "bin/none", "none/hello", "bin/hello/x"]) {
    equal(findFile(catalog, path), undefined);
  }
});
