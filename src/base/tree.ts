/** What stands at a path of an image, when all its layers lie over one another. */
export type TreeNode = TreeFile | TreeDirectory | TreeSymlink | TreeSpecial;

interface Common {
  /** Permission bits with setuid, setgid and sticky: octal 7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Which layer it is from, the lowest being 0; -1 for a root that no layer states. */
  readonly layer: number;
}

export interface TreeFile extends Common {
  readonly type: "file";
  /** In bytes. */
  readonly size: number;
  /** Where its content begins in its layer's tar, in bytes. */
  readonly offset: number;
}

export interface TreeDirectory extends Common {
  readonly type: "directory";
}

export interface TreeSymlink extends Common {
  readonly type: "symlink";
  /** As it is stored. */
  readonly target: string;
}

export interface TreeSpecial extends Common {
  readonly type: "character" | "block" | "fifo";
}

/** A folder with what is in it: the tree's own form. */
export interface TreeFolder extends TreeDirectory {
  readonly children: ReadonlyMap<string, TreeChild>;
}

/** What stands in a folder. */
export type TreeChild = TreeFile | TreeFolder | TreeSymlink | TreeSpecial;

/** A folder that nothing says anything of, as engines make it. */
export const UNSTATED = {
  type: "directory",
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
} as const;

/** As many as the kernel follows: https://man7.org/linux/man-pages/man7/path_resolution.7.html */
const MOST_LINKS = 40;

/**
 * The merged tree of an image's layers. Paths may begin with a slash or not; those that are returned
 * do not, and the root's is empty.
 */
export class Tree {
  readonly #root: TreeFolder;

  constructor(root: TreeFolder = { ...UNSTATED, layer: -1, children: new Map() }) {
    this.#root = root;
  }

  /** What stands at the path itself; no symlink is followed. */
  get(path: string): TreeNode | undefined {
    let node: TreeNode | TreeFolder | undefined = this.#root;
    for (const name of partsOf(path)) {
      node = childOf(node, name);
      if (node === undefined) return undefined;
    }
    return node;
  }

  /**
   * The path that a container reaches by this one: symlinks are followed, the last part's too,
   * without leaving the root. What does not exist stays as it is written.
   *
   * @throws {RangeError} when symlinks form a cycle.
   */
  resolve(path: string): string {
    const left = partsOf(path).reverse();
    let reached: Step[] = [];
    for (let links = 0; left.length > 0;) {
      const name = left.pop()!;
      if (name === "..") {
        reached.pop();
        continue;
      }
      const node = childOf(reached.length === 0 ? this.#root : reached.at(-1)!.node, name);
      if (node?.type !== "symlink") {
        reached.push({ name, node });
        continue;
      }
      if (++links > MOST_LINKS) {
        throw new RangeError(`expected at most ${MOST_LINKS} symlinks in "${path}", found more`);
      }
      if (node.target.startsWith("/")) reached = [];
      left.push(...partsOf(node.target).reverse());
    }
    return reached.map(({ name }) => name).join("/");
  }

  /** What a container finds at the path, and where; nothing also when symlinks form a cycle. */
  find(path: string): { readonly path: string; readonly node: TreeNode } | undefined {
    let resolved: string;
    try {
      resolved = this.resolve(path);
    } catch {
      return undefined;
    }
    const node = this.get(resolved);
    return node && { path: resolved, node };
  }

  /** The names in a folder, sorted; none when it is no folder. No symlink is followed. */
  children(path: string): readonly string[] {
    const node = this.get(path);
    return node !== undefined && isFolder(node) ? [...node.children.keys()].sort() : [];
  }

  /** Everything, the root first; each folder is followed by what is in it, sorted by name. */
  *entries(): Generator<readonly [path: string, node: TreeNode]> {
    const left: { path: string; node: TreeNode }[] = [{ path: "", node: this.#root }];
    for (let next; (next = left.pop()) !== undefined;) {
      const { path, node } = next;
      yield [path, node];
      if (!isFolder(node)) continue;
      const children = [...node.children].sort(([a], [b]) => a < b ? 1 : -1);
      for (const [name, child] of children) {
        left.push({ path: path === "" ? name : `${path}/${name}`, node: child });
      }
    }
  }
}

interface Step {
  readonly name: string;
  readonly node: TreeNode | undefined;
}

/** The names of a path. */
export function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function childOf(node: TreeNode | undefined, name: string): TreeNode | undefined {
  return node !== undefined && isFolder(node) ? node.children.get(name) : undefined;
}

/** All directories of a tree are folders; its type says less to those outside. */
function isFolder(node: TreeNode): node is TreeFolder {
  return node.type === "directory";
}
