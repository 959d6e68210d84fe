import type { Catalog } from "./catalog.ts";
import { type CatalogTree, FOLDER } from "./catalog_tree.ts";
import type { Contents } from "./contents.ts";
import { goString } from "./go_json.ts";

/**
 * The tree of a catalog as Go's `json.MarshalIndent` writes it as a field of the whole, in small
 * parts. Of a folder Go writes first the map of the folders in it, then that of the files, both
 * sorted by the bytes of the names, as the nodes are.
 */
export function* treeJson({ tree, contents }: Catalog): Generator<string> {
  const open: OpenFolder[] = [];
  const enter = (folder: number, depth: number): string => {
    open.push({ folder, map: "subdirs", next: folder + 1, isFirst: true });
    return headOf(tree, folder, depth + 1) + modeOf(tree, folder, depth + 1);
  };
  yield enter(0, 1);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const depth = 2 * open.length;
    const { map, isFirst } = top;
    const node = nextOf(tree, top);
    if (isFirst) {
      yield `,${line(depth)}"${map}": ${node === undefined ? "{}" : "{"}`;
      top.isFirst = false;
    }
    if (node !== undefined) {
      const value = map === "subdirs"
        ? enter(node, depth + 1)
        : fileJson(tree, contents, node, depth + 1);
      yield `${isFirst ? "" : ","}${line(depth + 1)}${goString(tree.names.at(node))}: ${value}`;
      continue;
    }
    if (!isFirst) yield `${line(depth)}}`;
    if (map === "subdirs") {
      Object.assign(top, { map: "files", next: top.folder + 1, isFirst: true });
    } else {
      if (tree.shadows.has(top.folder)) yield `,${line(depth)}"shadow": true`;
      yield `${line(depth - 1)}}`;
      open.pop();
    }
  }
}

/** A folder that has begun, and how far it has come. */
interface OpenFolder {
  readonly folder: number;
  map: "subdirs" | "files";
  /** The child that comes next, in whichever map it belongs. */
  next: number;
  /** Whether the map has not begun. */
  isFirst: boolean;
}

/** The next child that belongs in the map. */
function nextOf({ ends, contents }: CatalogTree, top: OpenFolder): number | undefined {
  while (top.next < ends[top.folder]!) {
    const node = top.next;
    top.next = ends[node]!;
    if ((contents[node] === FOLDER) === (top.map === "subdirs")) return node;
  }
  return undefined;
}

function fileJson(
  tree: CatalogTree,
  contents: Contents,
  node: number,
  depth: number,
): string {
  const content = tree.contents[node]!;
  const margin = line(depth + 1);
  return `${headOf(tree, node, depth + 1)},${margin}"size": ${contents.sizeOf(content)}` +
    `${modeOf(tree, node, depth + 1)},${margin}"digest": "${contents.digestOf(content)}"` +
    `,${margin}"rewrite": ${listJson(contents.rewriteOf(content), depth + 1)}${line(depth)}}`;
}

/** The beginning of a struct, and its fields `name` and `symlink`. */
function headOf({ names, symlinks }: CatalogTree, node: number, depth: number): string {
  const head = `{${line(depth)}"name": ${goString(names.at(node))}`;
  const symlink = symlinks.get(node);
  return symlink === undefined ? head : `${head},${line(depth)}"symlink": ${goString(symlink)}`;
}

function modeOf({ modes }: CatalogTree, node: number, depth: number): string {
  return `,${line(depth)}"mode": ${modes[node]}`;
}

function listJson(numbers: readonly number[], depth: number): string {
  if (numbers.length === 0) return "[]";
  const margin = line(depth + 1);
  return `[${margin}${numbers.join(`,${margin}`)}${line(depth)}]`;
}

const LINES: string[] = [];

/** A line break, and the spaces of a depth. */
function line(depth: number): string {
  return LINES[depth] ??= `\n${"  ".repeat(depth)}`;
}
