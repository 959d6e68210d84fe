import type { Catalog, CatalogFile, CatalogFolder, CatalogNode } from "./catalog.ts";
import { compareBytes } from "./go_text.ts";

/** A node and where it stands: relative to the environment, `/` between the parts. */
export interface CatalogEntry<Node extends CatalogNode = CatalogNode> {
  readonly path: string;
  readonly node: Node;
}

/** Content that a catalog needs. */
export interface CatalogDigest {
  readonly digest: string;
  /** The first file that has this content. */
  readonly path: string;
  /** Of the content, in bytes. */
  readonly size: number;
}

/**
 * All that a restored environment holds, without its root: each folder before what is in it, and
 * within a folder by the bytes of the names. Symlinked folders are symlinks here, without children.
 */
export function walkCatalog(catalog: Catalog): Generator<CatalogEntry> {
  return walk(catalog.tree, (folder) => folder.symlink === undefined);
}

/**
 * Every content that RCC wants a blob for, once: that of symlinked files and of files behind
 * symlinked folders too, though it is never restored. With one missing, RCC builds the environment
 * anew at every run.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/htfs/functions.go (`CatalogCheck`)
 */
export function* catalogDigests(catalog: Catalog): Generator<CatalogDigest> {
  const seen = new Set<string>();
  for (const { path, node } of walk(catalog.tree, () => true)) {
    if (node.kind !== "file" || seen.has(node.digest)) continue;
    seen.add(node.digest);
    yield { digest: node.digest, path, size: node.size };
  }
}

/** The file at a path of the environment, if there is one. */
export function findFile(catalog: Catalog, path: string): CatalogFile | undefined {
  const parts = path.split("/");
  const name = parts.pop()!;
  let folder: CatalogFolder | undefined = catalog.tree;
  for (const part of parts) folder = folder?.folders.get(part);
  return folder?.files.get(name);
}

function* walk(
  root: CatalogFolder,
  isEntered: (folder: CatalogFolder) => boolean,
): Generator<CatalogEntry> {
  const open = [{ prefix: "", children: sortedChildren(root) }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.children.next();
    if (next.done) {
      open.pop();
      continue;
    }
    const node = next.value;
    const path = top.prefix + node.name;
    yield { path, node };
    if (node.kind === "folder" && isEntered(node)) {
      open.push({ prefix: `${path}/`, children: sortedChildren(node) });
    }
  }
}

function sortedChildren({ folders, files }: CatalogFolder): Iterator<CatalogNode> {
  const children: CatalogNode[] = [...folders.values(), ...files.values()];
  return children.sort((a, b) => compareBytes(a.name, b.name)).values();
}
