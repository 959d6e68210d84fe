import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/failure/mod.ts";
import type { Catalog } from "../../src/holotree/catalog.ts";
import { childrenOf } from "../../src/holotree/catalog_tree.ts";
import { findFile } from "../../src/holotree/file_record.ts";
import { parseCatalog } from "../../src/holotree/parse_catalog.ts";
import { readSpaceMeta, TINY_HASH } from "../support/fixtures.ts";
import {
  catalogJson,
  FILE_NAME,
  fileJson,
  folderJson,
  HASH,
  type JsonRecord,
  namesOf,
  parse,
  STAGE,
} from "./catalog_of.ts";

/** The number of the first folder or file of this name. */
function nodeOf({ tree }: Catalog, name: string): number {
  return namesOf(tree).indexOf(name);
}

/** The names in a folder. */
function namesIn({ tree }: Catalog, folder: number): readonly string[] {
  return [...childrenOf(tree, folder)].map((node) => tree.names.at(node));
}

const TINY_NAME = `${TINY_HASH}v12.linux_amd64`;

Deno.test("parseCatalog() reads what RCC wrote", async () => {
  const catalog = await parseCatalog(await readSpaceMeta("tiny"), TINY_NAME);
  equal(catalog.rcc, "v18.18.1");
  equal(catalog.path, "/home/dev/.robocorp/holotree/a1246bc_5a1fac3_9fcd2534");
  equal(catalog.identity, "a1246bc_5a1fac3_9fcd2534");
  deepEqual([catalog.controller, catalog.space], ["rcc.user", "user"]);
  equal(catalog.blueprint, TINY_HASH);
  equal(catalog.lifted, true);
  equal(catalog.blobMode, "compressed");
  deepEqual(findFile(catalog, "lib/libfake.so"), {
    name: "libfake.so",
    symlink: "libfake.so.1",
    size: 40000,
    mode: 0o644,
    digest: "00ba5b4903a9cbbc0144aefff1efe1cfba8961bdb7d7e65add62bd7001c234e7",
    rewrite: [129, 20029, 32734],
  });
  equal(catalog.tree.symlinks.get(nodeOf(catalog, "data-link")), "data");
});

Deno.test("parseCatalog() tells the library of a catalog by its digests", async () => {
  const raw = await parseCatalog(await readSpaceMeta("tiny-nocompress"), TINY_NAME);
  equal(raw.blobMode, "raw");
  equal((await parse(catalogJson())).blobMode, "compressed");
});

Deno.test("parseCatalog() takes left out maps and lists for empty ones, as Go does", async () => {
  const tree = {
    name: "",
    mode: 2 ** 31,
    files: { f: fileJson("f", { rewrite: null }) },
    subdirs: { d: { name: "d", mode: 2 ** 31 }, n: folderJson("n", { files: null }) },
  };
  const catalog = await parse(catalogJson({ tree }));
  deepEqual(findFile(catalog, "f")!.rewrite, []);
  deepEqual(namesIn(catalog, 0), ["d", "f", "n"]);
});

Deno.test("parseCatalog() keeps a file and a folder named __proto__", async () => {
  const subdirs = `{"__proto__":${JSON.stringify(folderJson("__proto__"))}}`;
  const files = `{"__proto__":${JSON.stringify(fileJson("__proto__"))}}`;
  const inner = `{"name":"d","mode":2147484141,"subdirs":${subdirs},"files":{}}`;
  const tree = `{"name":"","mode":2147484141,"subdirs":{"d":${inner}},"files":${files}}`;
  const json = JSON.stringify(catalogJson({ tree: 0 })).replace('"tree":0', `"tree":${tree}`);
  const catalog = await parse(json);
  deepEqual(namesIn(catalog, 0), ["__proto__", "d"]);
  deepEqual(namesIn(catalog, nodeOf(catalog, "d")), ["__proto__"]);
});

Deno.test("parseCatalog() keeps names of all kinds that Linux knows", async () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 })
    .filter((name) => !/[/\0]/.test(name) && name !== "." && name !== "..");
  await fc.assert(fc.asyncProperty(fc.uniqueArray(name), async (names) => {
    const files = Object.fromEntries(names.map((name) => [name, fileJson(name)]));
    const catalog = await parse(catalogJson({ files }));
    deepEqual(new Set(namesIn(catalog, 0)), new Set(names));
  }));
});

/** What a file `f` of 100 bytes with these fields is refused with. */
function refusedFile(fields: JsonRecord): Promise<string> {
  return refused(catalogJson({ files: { f: fileJson("f", { size: 100, ...fields }) } }));
}

async function refused(json: JsonRecord | string): Promise<string> {
  let message = "";
  await rejects(parse(json), (error: Failure) => {
    ok(error instanceof Failure);
    equal(error.id, "environment/catalog-invalid");
    ok(!error.message.includes("\n"));
    message = error.message;
    return true;
  });
  return message;
}

Deno.test("parseCatalog() refuses what is no JSON", async () => {
  const expected = new RegExp(`^failed to read catalog "${HASH}": expected JSON, found `);
  for (const json of ["", "{", "{}x", "\ufffe{}"]) match(await refused(json), expected);
  const notUtf8 = new Uint8Array([0x7b, 0xff, 0x7d]);
  await rejects(parseCatalog(notUtf8, FILE_NAME), { message: expected });
  match(await refused("[]"), /expected an object as field "catalog", found a list/);
});

Deno.test("parseCatalog() refuses names that leave their folder or mean nothing", async () => {
  for (const name of ["", ".", "..", "/", "a/b", "../x", "/etc/passwd", "a\0b", "\ud800"]) {
    const expected = /expected the name of a file or folder$/;
    match(await refused(catalogJson({ files: { [name]: fileJson(name) } })), expected);
    match(await refused(catalogJson({ subdirs: { [name]: folderJson(name) } })), expected);
  }
});

Deno.test("parseCatalog() takes names of 255 bytes and paths of 4,095, and no longer ones", async () => {
  const longest = "ä".repeat(127) + "x";
  await parse(catalogJson({ files: { [longest]: fileJson(longest) } }));
  const tooLong = `${longest}x`;
  match(
    await refused(catalogJson({ files: { [tooLong]: fileJson(tooLong) } })),
    /expected a name of at most 255 bytes, found 256$/,
  );

  const rest = 4095 - STAGE.length - 1;
  const parts = [...Array(Math.floor(rest / 201)).fill("d".repeat(200)), "f".repeat(rest % 201)];
  await parse(nested(parts));
  match(
    await refused(nested([...parts.slice(0, -1), `${parts.at(-1)}f`])),
    /expected a path of at most 4095 bytes, found 4096$/,
  );
});

/** A catalog with folders in one another, and a file in the innermost. */
function nested(parts: readonly string[]): JsonRecord {
  const [file, ...folders] = [...parts].reverse();
  let members: JsonRecord = { files: { [file!]: fileJson(file!) } };
  for (const folder of folders) members = { subdirs: { [folder]: folderJson(folder, members) } };
  return catalogJson(members);
}

Deno.test("parseCatalog() refuses a tree of 100,000 folders by the length of its paths", async () => {
  const open = `"subdirs":{"a":{"name":"a","mode":2147484141,`.repeat(100_000);
  const tree = `{"name":"","mode":2147484141,${open}"files":{}${"}}".repeat(100_000)}}`;
  const json = JSON.stringify(catalogJson({ tree: 0 })).replace('"tree":0', `"tree":${tree}`);
  match(await refused(json), /expected a path of at most 4095 bytes/);
});

Deno.test("parseCatalog() refuses a key that is not the name", async () => {
  match(
    await refused(catalogJson({ files: { a: fileJson("b") } })),
    /"a": expected its key as field "name", found "b"$/,
  );
  match(
    await refused(catalogJson({ subdirs: { a: folderJson("b") } })),
    /"a": expected its key as field "name", found "b"$/,
  );
});

Deno.test("parseCatalog() refuses a file and a folder of one name", async () => {
  const both = catalogJson({ files: { a: fileJson("a") }, subdirs: { a: folderJson("a") } });
  match(await refused(both), /"a": expected a file or a folder, found both$/);
});

Deno.test("parseCatalog() refuses sizes that are no number of bytes", async () => {
  for (const size of [-1, 0.5, 2 ** 53, 1e300, "1", null, {}]) {
    match(await refusedFile({ size }), /"f": expected a whole number up to \d+ as field "size"/);
  }
  await parse(catalogJson({ files: { f: fileJson("f", { size: 2 ** 53 - 1 }) } }));
});

Deno.test("parseCatalog() refuses offsets outside of the file and overlapping ones", async () => {
  await parse(catalogJson({ files: { f: fileJson("f", { size: 100, rewrite: [0, 24, 76] }) } }));
  for (
    const rewrite of [
      [-1],
      [77],
      [0, 23],
      [24, 0],
      [5, 5, 5],
      [5, 28],
      [0.5],
      ["0"],
      [2 ** 53],
      {},
      "0",
    ]
  ) {
    match(await refusedFile({ rewrite }), /"f": expected .* as field "rewrite"/);
  }
});

for (const again of [`"path": "/elsewhere"`, `"Path": "/elsewhere"`, `"tree": {}`]) {
  Deno.test(`parseCatalog() refuses a field that stands twice: ${again}`, async () => {
    const json = `${JSON.stringify(catalogJson()).slice(0, -1)}, ${again}}`;
    await rejects(parse(json), /: expected field "(?:path|Path|tree)" once$/);
  });
}

Deno.test("parseCatalog() keeps an offset that stands twice in a row", async () => {
  for (const rewrite of [[5, 5], [0, 0, 24, 48, 48, 76]]) {
    const files = { f: fileJson("f", { size: 100, rewrite }) };
    deepEqual(findFile(await parse(catalogJson({ files })), "f")!.rewrite, rewrite);
  }
});

Deno.test("parseCatalog() refuses digests of another form", async () => {
  const hex = "0123456789abcdef";
  for (const digest of ["", "N/A", hex, hex.repeat(3), hex.repeat(4).toUpperCase(), null]) {
    match(await refusedFile({ digest }), /"f": expected .* as field "digest"/);
  }
});

Deno.test("parseCatalog() refuses digests of two forms", async () => {
  const hex = "0123456789abcdef";
  const files = {
    a: fileJson("a", { digest: hex.repeat(4) }),
    b: fileJson("b", { digest: hex.repeat(2) }),
  };
  match(await refused(catalogJson({ files })), /expected digests of one form/);
});

Deno.test("parseCatalog() refuses one digest for two contents", async () => {
  const files = { a: fileJson("a", { size: 50 }), b: fileJson("b", { size: 51 }) };
  match(await refused(catalogJson({ files })), /"b": expected one size and one list of offsets/);
  files.b = fileJson("b", { size: 50, rewrite: [1] });
  match(await refused(catalogJson({ files })), /"b": expected one size and one list of offsets/);
});

Deno.test("parseCatalog() refuses modes of devices, and of the other kind", async () => {
  const directory = 2 ** 31;
  for (const mode of [2 ** 26, 2 ** 25, 2 ** 24, 2 ** 19, 0o1000, directory, -1, 2 ** 32, 0.5]) {
    match(await refusedFile({ mode }), /"f": expected .* as field "mode"/);
  }
  for (const mode of [0o755, 2 ** 27, directory + 2 ** 26]) {
    const subdirs = { d: folderJson("d", { mode }) };
    match(await refused(catalogJson({ subdirs })), /"d": expected .* as field "mode"/);
  }
  const special = 2 ** 23 + 2 ** 22 + 2 ** 20 + 0o777;
  await parse(catalogJson({
    files: { f: fileJson("f", { mode: special }) },
    subdirs: { d: folderJson("d", { mode: directory + special }) },
  }));
});

Deno.test("parseCatalog() refuses symlinks that are no path", async () => {
  for (const symlink of ["a\0b", "x".repeat(4096), "\udfff", 1, null]) {
    match(await refusedFile({ symlink }), /"f": expected .* as field "symlink"/);
  }
});

Deno.test("parseCatalog() takes an empty symlink for none, as Go does", async () => {
  const catalog = await parse(catalogJson({ files: { f: fileJson("f", { symlink: "" }) } }));
  equal(findFile(catalog, "f")!.symlink, undefined);
});

Deno.test("parseCatalog() takes shadows behind symlinked folders only", async () => {
  const shadow = { s: folderJson("s", { shadow: true }) };
  const link = { l: folderJson("l", { symlink: "d", subdirs: shadow }) };
  const catalog = await parse(catalogJson({ subdirs: link }));
  deepEqual([...catalog.tree.shadows], [nodeOf(catalog, "s")]);
  match(await refused(catalogJson({ subdirs: shadow })), /"s": expected "shadow" behind/);
});

Deno.test("parseCatalog() refuses paths that are not plain, and identities that are not theirs", async () => {
  const last = STAGE.slice(-24);
  const places = [
    last,
    `/home/../${last}`,
    `/home/./${last}`,
    `//${last}`,
    `/home/${last}/`,
    `/home/\0/${last}`,
    `/home/a\nb/${last}`,
    "/",
    "",
  ];
  for (const path of places) {
    match(await refused(catalogJson({ path })), /expected a plain absolute path, found/);
  }
  const short = `/home/${last.slice(1)}`;
  match(await refused(catalogJson({ path: short })), /expected 24 characters as last part/);
  const odd = `/home/${last.slice(1)}é`;
  match(await refused(catalogJson({ path: odd })), /expected 24 characters as last part/);
  match(await refused(catalogJson({ identity: "other" })), /as field "identity", found "other"$/);
});

Deno.test("parseCatalog() refuses a catalog that is not what its name says", async () => {
  match(await refused(catalogJson({ blueprint: "0".repeat(16) })), /as field "blueprint", found/);
  match(await refused(catalogJson({ platform: "linux_arm64" })), /as field "platform", found/);
});

Deno.test("parseCatalog() names the field that is missing", async () => {
  for (const field of ["rcc", "identity", "path", "controller", "space", "platform", "blueprint"]) {
    const json = catalogJson();
    delete json[field];
    match(await refused(json), new RegExp(`expected a text as field "${field}", found none$`));
  }
  const json = catalogJson();
  delete json.tree;
  match(await refused(json), /expected an object as field "tree", found none$/);
});

Deno.test("parseCatalog() says which formats and platforms it reads", async () => {
  for (const suffix of ["v11.linux_amd64", "v13.linux_amd64", "v12.darwin_arm64"]) {
    await rejects(parse(catalogJson(), HASH + suffix), (error: Failure) => {
      equal(error.id, "environment/catalog-unsupported");
      match(error.message, /found format 1\d for \w+, expected format 12 for linux_amd64/);
      return true;
    });
  }
});

Deno.test("parseCatalog() refuses a name that is no catalog's", async () => {
  for (const name of ["", "x", `${HASH}v12.linux_amd64.info`, `../${FILE_NAME}`, HASH]) {
    await rejects(parse(catalogJson(), name), { id: "environment/catalog-invalid" });
  }
});

Deno.test("parseCatalog() refuses random damage or reads it, and never fails otherwise", async () => {
  const bytes = await readSpaceMeta("tiny");
  const damage = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  await fc.assert(fc.asyncProperty(fc.array(damage, { minLength: 1 }), async (damages) => {
    const damaged = bytes.slice();
    for (const [offset, byte] of damages) damaged[offset] = byte;
    await parseCatalog(damaged, TINY_NAME).catch((error) => ok(error instanceof Failure));
  }));
});
