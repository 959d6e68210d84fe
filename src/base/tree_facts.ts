import { Tree, type TreeChild, type TreeFolder, type TreeNode, UNSTATED } from "./tree.ts";

/**
 * A tree as JSON can hold it, in columns: half a million entries take some 40 MB and a second. The
 * entries stand in the order of `Tree.entries`, the root first.
 */
export interface TreeFacts {
  /** How many characters each path shares with the one before it, and what follows these. */
  readonly shared: readonly number[];
  readonly rest: readonly string[];
  /** A letter for each entry. */
  readonly types: string;
  /** Each entry's place in `owners`. */
  readonly owner: readonly number[];
  /** Mode, uid and gid: there are few different ones. */
  readonly owners: readonly (readonly [mode: number, uid: number, gid: number])[];
  readonly mtime: readonly number[];
  readonly layer: readonly number[];
  /** Of the files alone. */
  readonly size: readonly number[];
  readonly offset: readonly number[];
  /** Of the symlinks alone. */
  readonly target: readonly string[];
}

const LETTERS = {
  file: "f",
  directory: "d",
  symlink: "l",
  character: "c",
  block: "b",
  fifo: "p",
} as const;

const TYPES = Object.fromEntries(
  Object.entries(LETTERS).map(([type, letter]) => [letter, type]),
) as Readonly<Record<string, TreeNode["type"]>>;

/** The tree in a form for `JSON.stringify`. */
export function encodeTree(tree: Tree): TreeFacts {
  const shared: number[] = [], rest: string[] = [], types: string[] = [], owner: number[] = [];
  const owners: [number, number, number][] = [], places = new Map<string, number>();
  const mtime: number[] = [], layer: number[] = [];
  const size: number[] = [], offset: number[] = [], target: string[] = [];
  let before = "";
  for (const [path, node] of tree.entries()) {
    const length = sharedLength(before, path);
    shared.push(length);
    rest.push(path.slice(length));
    before = path;
    types.push(LETTERS[node.type]);
    const key = `${node.mode} ${node.uid} ${node.gid}`;
    let place = places.get(key);
    if (place === undefined) {
      place = owners.push([node.mode, node.uid, node.gid]) - 1;
      places.set(key, place);
    }
    owner.push(place);
    mtime.push(node.mtime);
    layer.push(node.layer);
    if (node.type === "file") {
      size.push(node.size);
      offset.push(node.offset);
    } else if (node.type === "symlink") {
      target.push(node.target);
    }
  }
  return { shared, rest, types: types.join(""), owner, owners, mtime, layer, size, offset, target };
}

/** The tree that was encoded. */
export function decodeTree(facts: TreeFacts): Tree {
  const files = pairs(facts.size, facts.offset);
  const targets = facts.target.values();
  const root: Folder = { ...UNSTATED, layer: -1, children: new Map() };
  /** The folders on the way to the entry before, the root first, each with its path's length. */
  const open = [{ folder: root, length: -1 }];
  let path = "";
  for (let i = 0; i < facts.types.length; i++) {
    path = path.slice(0, facts.shared[i]) + facts.rest[i];
    const [mode, uid, gid] = facts.owners[facts.owner[i]!]!;
    const common = { mode, uid, gid, mtime: facts.mtime[i]!, layer: facts.layer[i]! };
    if (i === 0) {
      Object.assign(root, common);
      continue;
    }
    const slash = path.lastIndexOf("/");
    while (open.at(-1)!.length !== slash) open.pop();
    const { children } = open.at(-1)!.folder;
    const name = path.slice(slash + 1);
    const type = TYPES[facts.types[i]!]!;
    switch (type) {
      case "directory": {
        const folder: Folder = { type, ...common, children: new Map() };
        children.set(name, folder);
        open.push({ folder, length: path.length });
        break;
      }
      case "file": {
        const [size, offset] = files.next().value!;
        children.set(name, { type, ...common, size, offset });
        break;
      }
      case "symlink":
        children.set(name, { type, ...common, target: targets.next().value! });
        break;
      default:
        children.set(name, { type, ...common });
    }
  }
  return new Tree(root);
}

interface Folder extends TreeFolder {
  readonly children: Map<string, TreeChild>;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function* pairs(
  a: readonly number[],
  b: readonly number[],
): Generator<readonly [number, number], undefined> {
  for (let i = 0; i < a.length; i++) yield [a[i]!, b[i]!];
}
