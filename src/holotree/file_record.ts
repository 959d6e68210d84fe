import type { Catalog } from "./catalog.ts";
import { childrenOf, FOLDER } from "./catalog_tree.ts";

/** All that a catalog states of one file. Of a symlink all but name and target is the target's. */
export interface FileRecord {
  readonly name: string;
  readonly symlink: string | undefined;
  /** In bytes. */
  readonly size: number;
  /** Go's `fs.FileMode`. */
  readonly mode: number;
  /** SHA-256 of the content as 64 hex digits, or SipHash-128 as 32 from a raw library. */
  readonly digest: string;
  /** Offsets at which the stage's name stands in the content, as the catalog lists them. */
  readonly rewrite: readonly number[];
}

/** @param node A file's number in the catalog's tree. */
export function fileRecord({ tree, contents }: Catalog, node: number): FileRecord {
  const content = tree.contents[node]!;
  return {
    name: tree.names.at(node),
    symlink: tree.symlinks.get(node),
    size: contents.sizeOf(content),
    mode: tree.modes[node]!,
    digest: contents.digestOf(content),
    rewrite: contents.rewriteOf(content),
  };
}

/** The file at a path of the environment, if there is one. */
export function findFile(catalog: Catalog, path: string): FileRecord | undefined {
  const { tree } = catalog;
  let found = 0;
  for (const name of path.split("/")) {
    if (tree.contents[found] !== FOLDER) return undefined;
    const child = childrenOf(tree, found).find((node) => tree.names.at(node) === name);
    if (child === undefined) return undefined;
    found = child;
  }
  return tree.contents[found] === FOLDER ? undefined : fileRecord(catalog, found);
}
