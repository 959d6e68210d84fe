import { createHash } from "node:crypto";
import { join } from "node:path";

/** One entry of a file system. */
export interface TreeNode {
  readonly type: "file" | "directory" | "symlink" | "other";
  /** The permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** In whole seconds. */
  readonly mtime: number;
  /** Of a file, in bytes. */
  readonly size?: number;
  /** Of a file's content. */
  readonly sha256?: string;
  /** Of a symlink. */
  readonly target?: string;
  /** All names of a file's inode when it has several, sorted. */
  readonly names?: readonly string[];
}

/** Entries by their path from the root, without a slash at either end; the root itself is not in it. */
export type Tree = ReadonlyMap<string, TreeNode>;

/** Reads everything below a folder, following no symlink. */
export function readTree(root: string): Tree {
  const nodes = new Map<string, TreeNode>();
  const inodes = new Map<string, string[]>();
  readFolder(root, "", { nodes, inodes });
  for (const names of inodes.values()) {
    if (names.length === 1) continue;
    for (const name of names) nodes.set(name, { ...nodes.get(name)!, names: names.toSorted() });
  }
  return nodes;
}

/** The paths at which two trees differ, each with what it is in the one and in the other. */
export function differences(before: Tree, after: Tree): readonly string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [left, right] = [before, after].map((tree) => JSON.stringify(tree.get(path)));
    return left === right ? [] : [`${path}: ${left ?? "nothing"} → ${right ?? "nothing"}`];
  });
}

interface Found {
  readonly nodes: Map<string, TreeNode>;
  readonly inodes: Map<string, string[]>;
}

function readFolder(root: string, folder: string, found: Found): void {
  const entries = [...Deno.readDirSync(join(root, folder))].map(({ name }) => name).sort();
  for (const name of entries) {
    const path = folder === "" ? name : `${folder}/${name}`;
    const info = Deno.lstatSync(join(root, path));
    found.nodes.set(path, readNode(join(root, path), info));
    if (info.isDirectory) readFolder(root, path, found);
    else if (info.isFile && (info.nlink ?? 1) > 1) {
      const key = `${info.dev}:${info.ino}`;
      found.inodes.set(key, [...found.inodes.get(key) ?? [], path]);
    }
  }
}

function readNode(path: string, info: Deno.FileInfo): TreeNode {
  const common = {
    mode: (info.mode ?? 0) & 0o7777,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    mtime: Math.floor((info.mtime?.getTime() ?? 0) / 1000),
  };
  if (info.isSymlink) return { type: "symlink", ...common, target: Deno.readLinkSync(path) };
  if (info.isDirectory) return { type: "directory", ...common };
  if (!info.isFile) return { type: "other", ...common };
  return { type: "file", ...common, size: info.size, sha256: sha256(path) };
}

const buffer = new Uint8Array(1024 * 1024);

/** Synchronously: there are thousands of files, and most are small. */
function sha256(path: string): string {
  const hash = createHash("sha256");
  using file = Deno.openSync(path);
  for (let count; (count = file.readSync(buffer)) !== null;) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}
