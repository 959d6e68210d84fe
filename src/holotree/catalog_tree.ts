import type { TextColumn } from "./columns.ts";

/**
 * The folders and files of a catalog as columns, with one value for each node: of an environment of
 * 200,000 files, objects in maps would take a hundred megabytes. Nodes have numbers in the order in
 * which an environment is restored: the root is 0, a folder stands before what is in it, and siblings
 * stand by the bytes of their names. So all that is below a folder are the nodes up to its end.
 */
export interface CatalogTree {
  /** Empty for the root. */
  readonly names: Pick<TextColumn, "at" | "count" | "values">;
  /** The folder of each node; that of the root is itself. */
  readonly parents: Int32Array<ArrayBuffer>;
  /** The next node that is not below it. */
  readonly ends: Int32Array<ArrayBuffer>;
  /** Go's `fs.FileMode`. */
  readonly modes: Uint32Array<ArrayBuffer>;
  /** Of files the number of their content, of folders {@linkcode FOLDER}. */
  readonly contents: Int32Array<ArrayBuffer>;
  /**
   * Where symlinks point to, as it was recorded. All else that is known of a symlink is its target's:
   * what is in a folder is listed again below a symlink to it.
   */
  readonly symlinks: ReadonlyMap<number, string>;
  /** Folders that RCC has marked as lying behind a symlinked one. */
  readonly shadows: ReadonlySet<number>;
}

/** What a folder has in the place of a content. */
export const FOLDER = -1;

/** Relative to the environment, `/` between the parts; empty for the root. */
export function nodePath({ names, parents }: CatalogTree, node: number): string {
  if (node === 0) return "";
  let path = names.at(node);
  for (let folder = parents[node]!; folder !== 0; folder = parents[folder]!) {
    path = `${names.at(folder)}/${path}`;
  }
  return path;
}

/** What is in a folder, without what is deeper. */
export function* childrenOf({ ends }: CatalogTree, folder: number): Generator<number> {
  for (let node = folder + 1; node < ends[folder]!; node = ends[node]!) yield node;
}
