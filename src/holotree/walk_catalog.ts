import type { Catalog } from "./catalog.ts";
import { type CatalogTree, FOLDER } from "./catalog_tree.ts";

/** What stands at a path of an environment. Made when it is asked for: the catalog keeps none. */
export type CatalogEntry = CatalogFolder | CatalogFile;

interface Common {
  /** Its number in the catalog's tree. */
  readonly node: number;
  /** Relative to the environment, `/` between the parts. */
  readonly path: string;
  /** Where a symlink points to, as it was recorded; all else is the target's then. */
  readonly symlink: string | undefined;
  /** Go's `fs.FileMode`. */
  readonly mode: number;
}

/** A folder, or a symlink to one. */
export interface CatalogFolder extends Common {
  readonly kind: "folder";
}

/** A file, or a symlink to one. */
export interface CatalogFile extends Common {
  readonly kind: "file";
  /** Its number in the catalog's contents. */
  readonly content: number;
}

/** Content that a catalog needs. */
export interface CatalogDigest {
  /** Its number in the catalog's contents. */
  readonly content: number;
  readonly digest: string;
  /** The first file that has this content: its number in the catalog's tree. */
  readonly node: number;
  readonly path: string;
  /** Of the content, in bytes. */
  readonly size: number;
}

/**
 * All that a restored environment holds, without its root: each folder before what is in it, and
 * within a folder by the bytes of the names. Symlinked folders are symlinks here, without children.
 */
export function walkCatalog({ tree }: Catalog): Generator<CatalogEntry> {
  return walk(tree, (folder) => !tree.symlinks.has(folder));
}

/** The numbers of the same, in the same order: no path is made. */
export function* restoredNodes({ tree }: Catalog): Generator<number> {
  for (let node = 1; node < tree.contents.length;) {
    yield node;
    node = tree.symlinks.has(node) ? tree.ends[node]! : node + 1;
  }
}

/** How many files and links to files a restored environment has. */
export function countFiles(catalog: Catalog): number {
  const { contents } = catalog.tree;
  return restoredNodes(catalog).reduce(
    (count, node) => count + Number(contents[node] !== FOLDER),
    0,
  );
}

/**
 * Every content that RCC wants a blob for, once: that of symlinked files and of files behind
 * symlinked folders too, though it is never restored. With one missing, RCC builds the environment
 * anew at every run.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/htfs/functions.go (`CatalogCheck`)
 */
export function* catalogDigests({ tree, contents }: Catalog): Generator<CatalogDigest> {
  const seen = new Uint8Array(contents.count);
  for (const entry of walk(tree, () => true)) {
    if (entry.kind !== "file" || seen[entry.content] !== 0) continue;
    const { node, path, content } = entry;
    seen[content] = 1;
    yield {
      content,
      node,
      path,
      digest: contents.digestOf(content),
      size: contents.sizeOf(content),
    };
  }
}

function* walk(
  tree: CatalogTree,
  isEntered: (folder: number) => boolean,
): Generator<CatalogEntry> {
  const { names, ends, contents } = tree;
  const open = [{ prefix: "", end: ends[0]! }];
  for (let node = 1; node < names.count;) {
    while (node >= open.at(-1)!.end) open.pop();
    const path = open.at(-1)!.prefix + names.at(node);
    yield entryOf(tree, node, path);
    if (contents[node] !== FOLDER) node++;
    else if (!isEntered(node)) node = ends[node]!;
    else {
      open.push({ prefix: `${path}/`, end: ends[node]! });
      node++;
    }
  }
}

function entryOf(tree: CatalogTree, node: number, path: string): CatalogEntry {
  const content = tree.contents[node]!;
  const symlink = tree.symlinks.get(node);
  const mode = tree.modes[node]!;
  return content === FOLDER
    ? { kind: "folder", node, path, symlink, mode }
    : { kind: "file", node, path, symlink, mode, content };
}
