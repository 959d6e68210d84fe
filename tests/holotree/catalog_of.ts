import { concat } from "../../src/bytes/mod.ts";
import type { Catalog } from "../../src/holotree/catalog.ts";
import type { CatalogTree } from "../../src/holotree/catalog_tree.ts";
import { metaChunks, type SpacePlace } from "../../src/holotree/encode_catalog.ts";
import { parseCatalog } from "../../src/holotree/parse_catalog.ts";

/** A catalog's JSON in the making: what a test wants in it, on top of what every catalog has. */
export interface JsonRecord {
  [field: string]: unknown;
}

export const HASH = "0123456789abcdef";
export const FILE_NAME = `${HASH}v12.linux_amd64`;
export const STAGE = "/home/dev/.robocorp/holotree/ha1246bc_493f813dad24d3t";

const DIRECTORY = 2 ** 31 + 0o755;

/** The JSON of a catalog with these things at its root. */
export function catalogJson(
  { files = {}, subdirs = {}, ...fields }: JsonRecord = {},
): JsonRecord {
  return {
    rcc: "v18.18.1",
    identity: STAGE.slice(-24),
    path: STAGE,
    controller: "",
    space: "",
    platform: "linux_amd64",
    blueprint: HASH,
    lifted: true,
    tree: { name: "", mode: DIRECTORY, subdirs, files },
    ...fields,
  };
}

export function folderJson(name: string, fields: JsonRecord = {}): JsonRecord {
  return { name, mode: DIRECTORY, subdirs: {}, files: {}, ...fields };
}

/** An empty file. */
export function fileJson(name: string, fields: JsonRecord = {}): JsonRecord {
  const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  return { name, size: 0, mode: 0o644, digest, rewrite: [], ...fields };
}

/** The names of all nodes, in their order. */
export function namesOf({ names }: CatalogTree): readonly string[] {
  return Array.from({ length: names.count }, (_, node) => names.at(node));
}

/** Parses what a test made, given as a record or as JSON. */
export function parse(json: JsonRecord | string, fileName = FILE_NAME): Promise<Catalog> {
  const text = typeof json === "string" ? json : JSON.stringify(json);
  return parseCatalog(new TextEncoder().encode(text), fileName);
}

/** The JSON of the record of the catalog's space at the place. */
export function metaOf(catalog: Catalog, place: SpacePlace): Uint8Array {
  return concat([...metaChunks(catalog, place)]);
}
