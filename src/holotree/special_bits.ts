import type { Catalog } from "./catalog.ts";
import { FOLDER } from "./catalog_tree.ts";
import { tarMode } from "./file_mode.ts";
import { walkCatalog } from "./walk_catalog.ts";

/** What setuid, setgid and sticky are in Go's `fs.FileMode`. */
const SPECIAL_BITS = 2 ** 23 + 2 ** 22 + 2 ** 20;

/** Files of an environment with setuid, setgid or sticky bits, relative to it. */
export function specialFiles(catalog: Catalog): readonly string[] {
  const paths: string[] = [];
  for (const { path, kind, symlink, mode } of walkCatalog(catalog)) {
    const isPlain = kind === "file" && symlink === undefined;
    if (isPlain && (tarMode(mode) & 0o7000) !== 0) paths.push(path);
  }
  return paths;
}

/**
 * The catalog of the same environment whose files have no such bits: RCC gives files the modes that
 * the catalog states.
 */
export function withoutSpecialBits(catalog: Catalog): Catalog {
  const { tree } = catalog;
  const modes = tree.modes.map((mode, node) =>
    tree.contents[node] === FOLDER ? mode : mode & ~SPECIAL_BITS
  );
  return { ...catalog, tree: { ...tree, modes } };
}
