import { deepEqual, equal, notEqual, rejects } from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Catalog } from "../../src/holotree/catalog.ts";
import { decodeKept, encodeKept, type KeptCatalogs } from "../../src/holotree/kept_catalog.ts";
import { openLibrary } from "../../src/holotree/open_library.ts";
import { parseCatalog } from "../../src/holotree/parse_catalog.ts";
import { readSpaceMeta, TINY_HASH } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { catalogJson, fileJson, folderJson, HASH, metaOf, parse } from "./catalog_of.ts";

const TINY_NAME = `${TINY_HASH}v12.linux_amd64`;

function requireSame(catalog: Catalog): void {
  const decoded = decodeKept(JSON.parse(JSON.stringify(encodeKept(catalog))))!;
  deepEqual(metaOf(decoded, decoded), metaOf(catalog, catalog));
  const { tree, contents } = decoded;
  for (const column of ["parents", "ends", "contents"] as const) {
    deepEqual(tree[column], catalog.tree[column]);
  }
  equal(contents.count, catalog.contents.count);
  for (let content = 0; content < contents.count; content++) {
    equal(contents.find(contents.digestOf(content)), content);
  }
  equal(contents.find("0".repeat(64)), undefined);
}

for (const fixture of ["tiny", "tiny-nocompress", "tiny-shared"]) {
  Deno.test(`a kept catalog is the one that was read of ${fixture}`, async () => {
    requireSame(await parseCatalog(await readSpaceMeta(fixture), TINY_NAME));
  });
}

Deno.test("a kept catalog is the one that was read, whatever it has", async () => {
  requireSame(await parse(catalogJson()));
  const files = {
    "é😀": fileJson("é😀"),
    ...fileOf("large", { size: 2 ** 53 - 1, mode: 2 ** 23 + 0o755, rewrite: [0, 24, 2 ** 40] }),
  };
  const behind = folderJson("s", { shadow: true });
  const subdirs = { l: folderJson("l", { symlink: "a\tb", subdirs: { s: behind } }) };
  requireSame(await parse(catalogJson({ files, subdirs })));
});

function fileOf(name: string, fields: Record<string, unknown>) {
  const digest = createHash("sha256").update(name).digest("hex");
  return { [name]: fileJson(name, { digest, ...fields }) };
}

Deno.test("a catalog in another form is none", () => {
  for (const value of [undefined, null, {}, { version: 0 }, "1"]) {
    equal(decodeKept(value), undefined);
  }
});

/** One number of a column in Base64, set to another. */
function withNumber<Column extends Int32Array | Uint32Array | Float64Array>(
  Column: new (buffer: ArrayBuffer) => Column,
  text: string,
  [index, value]: readonly [number, number],
): string {
  const { buffer } = Uint8Array.fromBase64(text);
  new Column(buffer)[index] = value;
  return new Uint8Array(buffer).toBase64();
}

// deno-lint-ignore no-explicit-any -- what somebody else writes has any form
const FORGERIES: Readonly<Record<string, (kept: any) => void>> = {
  "a column is missing": (kept) => delete kept.parents,
  "a column is no Base64": (kept) => kept.modes = "?",
  "a column is cut within a number": (kept) => kept.ends = kept.ends.slice(0, -4) + "AA==",
  "a column is too short": (kept) => kept.modes = "",
  "a text is none": (kept) => kept.fields.path = 1,
  "a name ends before it begins": (kept) =>
    kept.names.ends = withNumber(Float64Array, kept.names.ends, [1, -1]),
  "a name ends nowhere": (kept) =>
    kept.names.ends = withNumber(Float64Array, kept.names.ends, [1, NaN]),
  "names end behind all text": (kept) => kept.names.bytes = "",
  "a node lies in itself": (kept) => kept.parents = withNumber(Int32Array, kept.parents, [1, 1]),
  "a folder does not end": (kept) => kept.ends = withNumber(Int32Array, kept.ends, [1, 1]),
  "the root ends behind all": (kept) => kept.ends = withNumber(Int32Array, kept.ends, [0, 99]),
  "a content is none": (kept) =>
    kept.fileContents = withNumber(Int32Array, kept.fileContents, [2, 99]),
  "a content is negative": (kept) =>
    kept.fileContents = withNumber(Int32Array, kept.fileContents, [2, -2]),
  "a mode is none": (kept) => kept.modes = withNumber(Uint32Array, kept.modes, [2, 2 ** 26]),
  "a size is negative": (kept) => kept.sizes = withNumber(Float64Array, kept.sizes, [0, -1]),
  "a size is no number": (kept) => kept.sizes = withNumber(Float64Array, kept.sizes, [0, NaN]),
  "a digest is missing": (kept) => kept.digests = "",
  "the library is of another mode": (kept) => kept.blobMode = "raw",
  "a link has no target": (kept) => kept.symlinks = [[1, null]],
  "a link is nowhere": (kept) => kept.symlinks = [[99, "a"]],
  "a shadow is nowhere": (kept) => kept.shadows = [-1],
  "an offset is behind the file": (kept) => kept.rewrites = [[0, [2 ** 50]]],
  "offsets are of no content": (kept) => kept.rewrites = [[99, [0]]],
};

for (const [what, forge] of Object.entries(FORGERIES)) {
  Deno.test(`a kept catalog of which ${what} is none`, async () => {
    const subdirs = { d: folderJson("d", { files: { f: fileJson("f") } }) };
    const kept = JSON.parse(JSON.stringify(encodeKept(await parse(catalogJson({ subdirs })))));
    notEqual(decodeKept(kept), undefined);
    forge(kept);
    equal(decodeKept(kept), undefined);
  });
}

/** Keeps in memory, and says how often something was written. */
function memory(): KeptCatalogs & { written: number } {
  const kept = new Map<string, string>();
  const nameOf = (file: Uint8Array) => createHash("sha256").update(file).digest("hex");
  return {
    written: 0,
    read: (file) => Promise.resolve(JSON.parse(kept.get(nameOf(file)) ?? "null")),
    write(file, value) {
      this.written++;
      kept.set(nameOf(file), JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

Deno.test("readCatalog() keeps what it has read, by the bytes of the file", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["catalog", "library"]) await mkdir(join(folder.path, name));
  const library = await openLibrary(folder.path);
  const put = (hash: string, bytes: Uint8Array) =>
    writeFile(join(folder.path, "catalog", `${hash}v12.linux_amd64`), bytes);
  const fileWith = (...names: readonly string[]) => {
    const files = Object.fromEntries(names.map((name) => [name, fileJson(name)]));
    return gzipSync(JSON.stringify(catalogJson({ files })));
  };
  const kept = memory();
  const read = async (hash: string) => {
    const { catalog, bytes } = await library.readCatalog(hash, { kept });
    return { count: catalog.tree.names.count, bytes, written: kept.written };
  };
  const first = fileWith("a");
  await put(HASH, first);
  for (let i = 0; i < 2; i++) {
    const { count, bytes, written } = await read(HASH);
    deepEqual({ count, bytes: [...bytes], written }, { count: 2, bytes: [...first], written: 1 });
  }
  await put(HASH, fileWith("a", "b"));
  for (let i = 0; i < 2; i++) {
    const { count, written } = await read(HASH);
    deepEqual({ count, written }, { count: 3, written: 2 });
  }
  // The same file under another's name is refused, as if nothing were kept of it.
  await put(TINY_HASH, first);
  await rejects(read(TINY_HASH), { id: "environment/catalog-invalid" });
});
