import type { Catalog, CatalogFile, CatalogFolder } from "./catalog.ts";
import { tarMode } from "./file_mode.ts";
import { walkCatalog } from "./walk_catalog.ts";

/** What setuid, setgid and sticky are in Go's `fs.FileMode`. */
const SPECIAL_BITS = 2 ** 23 + 2 ** 22 + 2 ** 20;

/** Files of an environment with setuid, setgid or sticky bits, relative to it. */
export function specialFiles(catalog: Catalog): readonly string[] {
  const paths: string[] = [];
  for (const { path, node } of walkCatalog(catalog)) {
    const isPlain = node.kind === "file" && node.symlink === undefined;
    if (isPlain && (tarMode(node.mode) & 0o7000) !== 0) paths.push(path);
  }
  return paths;
}

/**
 * The catalog of the same environment whose files have no such bits: RCC gives files the modes that
 * the catalog states.
 */
export function withoutSpecialBits(catalog: Catalog): Catalog {
  return { ...catalog, tree: plainFolder(catalog.tree) };
}

function plainFolder(folder: CatalogFolder): CatalogFolder {
  return {
    ...folder,
    folders: mapValues(folder.folders, plainFolder),
    files: mapValues(folder.files, plainFile),
  };
}

function plainFile(file: CatalogFile): CatalogFile {
  return { ...file, mode: file.mode & ~SPECIAL_BITS };
}

function mapValues<Value>(
  map: ReadonlyMap<string, Value>,
  change: (value: Value) => Value,
): ReadonlyMap<string, Value> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
