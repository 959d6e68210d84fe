import type { Tree, TreeNode } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { Sized, TarDirectory, TarEntry } from "../tar/mod.ts";
import { entryPath, FIXED_TIME, reachedPath } from "./paths.ts";

/** Who must be able to reach what is placed. */
export interface RuntimeUser {
  readonly uid: number;
  readonly gid: number;
}

/** Options of {@linkcode placeEntries}. */
export interface PlaceOptions {
  readonly tree: Tree;
  /** The user of the container; `undefined` when any uid must do. */
  readonly runtimeUser: RuntimeUser | undefined;
  /** Folders of the image's own that several layers have in them: all must state them alike. */
  readonly own: readonly TarDirectory[];
}

/** Entries of a layer at their places in the base. */
export interface Placed<Content extends Sized> {
  /** Sorted by path; every parent of an entry is stated before it. */
  readonly entries: readonly TarEntry<Content>[];
  /** Folders of the base that got search permission for the runtimeUser. */
  readonly opened: readonly string[];
}

/**
 * Finds the places of a layer's entries in the base's merged tree, and states all their parents:
 * engines make an unstated parent root's 0755, even over a base's 0700 or 1777. Folders that are
 * symlinks in the base are followed, for an entry over a symlink destroys what lies behind it.
 *
 * @throws {Failure} when the base has something else where a folder must be.
 */
export function placeEntries<Content extends Sized>(
  entries: Iterable<TarEntry<Content>>,
  { tree, runtimeUser, own }: PlaceOptions,
): Placed<Content> {
  const resolveFolder = folderResolver(tree);
  const stateFolder = folderStater(resolveFolder, { tree, runtimeUser, own });
  const placed = new Map<string, TarEntry<Content>>();
  for (const entry of entries) {
    const path = placeOf(entry.path, entry.type, resolveFolder);
    placed.set(path, path === entry.path ? entry : { ...entry, path });
  }
  const opened: string[] = [];
  // What is added meanwhile is met as well, and has its parents.
  for (const path of placed.keys()) {
    for (let parent = parentOf(path); parent !== "" && !placed.has(parent);) {
      const { folder, isOpened } = stateFolder(parent);
      if (isOpened) opened.push(parent);
      placed.set(parent, folder);
      parent = parentOf(parent);
    }
  }
  return {
    entries: [...placed.values()].sort(byPath),
    opened: opened.filter((path) => tree.get(path) !== undefined).map((path) => `/${path}`).sort(),
  };
}

/** Where a folder of the image is: folders of the base may be symlinks. As in tar entries. */
export function placePath(path: string, { tree }: Pick<PlaceOptions, "tree">): string {
  return folderResolver(tree)(entryPath(path));
}

type ResolveFolder = (path: string) => string;

function placeOf(path: string, type: TarEntry["type"], resolveFolder: ResolveFolder): string {
  if (type === "directory") return resolveFolder(path);
  const folder = parentOf(path);
  const resolved = resolveFolder(folder);
  return resolved === folder ? path : joinPath(resolved, nameOf(path));
}

/** Says how a layer states a folder that is not among its own entries. */
function folderStater(
  resolveFolder: ResolveFolder,
  { tree, runtimeUser, own }: PlaceOptions,
): (path: string) => { readonly folder: TarDirectory; readonly isOpened: boolean } {
  const ownFolders = new Map(own.map((folder) => {
    const path = resolveFolder(folder.path);
    return [path, { ...folder, path }];
  }));
  return (path) => {
    const known = ownFolders.get(path);
    if (known !== undefined) return { folder: known, isOpened: false };
    const node = tree.get(path);
    const folder = stateParent(path, node, runtimeUser);
    return { folder, isOpened: folder.mode !== node?.mode };
  };
}

const MOST_KNOWN = 1024;

/** What was looked up last is known: an environment has thousands of files in one folder. */
function folderResolver(tree: Tree): ResolveFolder {
  const known = new Map<string, string>();
  return (path) => {
    let resolved = known.get(path);
    if (resolved === undefined) {
      const parent = parentOf(path);
      const knownParent = known.get(parent);
      if (knownParent !== undefined && knownParent !== "" && tree.get(knownParent) === undefined) {
        // Nothing of the base is there: what the parent is called is all that matters.
        resolved = joinPath(knownParent, nameOf(path));
      } else {
        resolved = reachedPath(tree, path);
        requireFolders(tree, path, resolved);
      }
      if (known.size === MOST_KNOWN) known.clear();
      known.set(path, resolved);
    }
    return resolved;
  };
}

function requireFolders(tree: Tree, asked: string, resolved: string): void {
  for (let path = resolved; path !== ""; path = parentOf(path)) {
    const node = tree.get(path);
    if (node === undefined || node.type === "directory") continue;
    throw new Failure(
      "base/path-taken",
      `failed to place "/${asked}": the base has a ${node.type} at "/${path}", ` +
        `use a base without it`,
    );
  }
}

function stateParent(
  path: string,
  node: TreeNode | undefined,
  runtimeUser: RuntimeUser | undefined,
): TarDirectory {
  const { uid, gid, mode } = node ?? { uid: 0, gid: 0, mode: 0o755 };
  const isOpen = canSearch({ uid, gid, mode }, runtimeUser);
  const opened = isOpen ? mode : mode | 0o011;
  // Not the base's own time, which each patch of it changes: nothing depends on it but the layer.
  return { type: "directory", path, owner: { uid, gid }, mode: opened, mtime: FIXED_TIME };
}

/** https://man7.org/linux/man-pages/man7/path_resolution.7.html */
function canSearch(
  { mode, uid, gid }: Pick<TreeNode, "mode" | "uid" | "gid">,
  runtimeUser: RuntimeUser | undefined,
): boolean {
  if (runtimeUser === undefined) return (mode & 0o011) === 0o011;
  if (runtimeUser.uid === 0) return true;
  if (runtimeUser.uid === uid) return (mode & 0o100) !== 0;
  if (runtimeUser.gid === gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}
