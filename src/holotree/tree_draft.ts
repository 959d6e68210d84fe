import { type CatalogTree, FOLDER, nodePath } from "./catalog_tree.ts";
import { quoteField } from "./catalog_fields.ts";
import { NumberColumn, TextColumn } from "./columns.ts";

/** What is stated of a folder besides its name. */
export interface FolderHead {
  readonly symlink?: string;
  readonly mode: number;
  readonly shadow: boolean;
}

/** What is stated of a file besides its name. */
export interface StatedFile {
  readonly symlink?: string | undefined;
  readonly mode: number;
  /** The number of its content. */
  readonly content: number;
}

/** A tree in the making: folders before what is in them, siblings in any order. */
export class TreeDraft {
  readonly names = new TextColumn();
  readonly parents = new NumberColumn();
  readonly modes = new NumberColumn();
  readonly contents = new NumberColumn();
  readonly symlinks = new Map<number, string>();
  readonly shadows = new Set<number>();

  /** Adds a folder of which only the name is known yet. The root is the first, and its own parent. */
  addFolder(name: string, parent: number): number {
    return this.#push(name, { parent, mode: 0, content: FOLDER });
  }

  describeFolder(folder: number, { symlink, mode, shadow }: FolderHead): void {
    this.modes.set(folder, mode);
    if (symlink !== undefined) this.symlinks.set(folder, symlink);
    if (shadow) this.shadows.add(folder);
  }

  addFile(name: string, parent: number, { symlink, mode, content }: StatedFile): void {
    const file = this.#push(name, { parent, mode, content });
    if (symlink !== undefined) this.symlinks.set(file, symlink);
  }

  #push(
    name: string,
    { parent, mode, content }: { parent: number; mode: number; content: number },
  ): number {
    this.names.push(name);
    this.parents.push(parent);
    this.modes.push(mode);
    this.contents.push(content);
    return this.names.count - 1;
  }
}

/**
 * Puts a draft in order.
 *
 * @param baseBytes Bytes of the path of the environment.
 * @throws {SyntaxError} naming the file or folder that cannot stand where it does.
 */
export function* sortTree(
  draft: TreeDraft,
  baseBytes: number,
): Generator<undefined, CatalogTree> {
  const order = yield* restoreOrder(draft);
  const count = order.length;
  const places = new Int32Array(count);
  const tree = {
    names: new TextColumn(),
    parents: new Int32Array(count),
    ends: new Int32Array(count),
    modes: new Uint32Array(count),
    contents: new Int32Array(count),
    symlinks: new Map<number, string>(),
    shadows: new Set<number>(),
  };
  for (const [place, node] of order.entries()) {
    if (place % NODES_BETWEEN === 0) yield;
    places[node] = place;
    tree.names.copy(draft.names, node);
    tree.parents[place] = places[draft.parents.at(node)]!;
    tree.ends[place] = place + 1;
    tree.modes[place] = draft.modes.at(node);
    tree.contents[place] = draft.contents.at(node);
  }
  for (const [node, target] of draft.symlinks) tree.symlinks.set(places[node]!, target);
  for (const node of draft.shadows) tree.shadows.add(places[node]!);
  for (let node = count - 1; node > 0; node--) {
    const folder = tree.parents[node]!;
    tree.ends[folder] = Math.max(tree.ends[folder]!, tree.ends[node]!);
  }
  yield* requirePossible(tree, baseBytes);
  return tree;
}

const NODES_BETWEEN = 256;

/** The nodes of a draft, folders before what is in them, siblings by the bytes of their names. */
function* restoreOrder({ names, parents }: TreeDraft): Generator<undefined, Int32Array> {
  const count = names.count;
  const starts = new Int32Array(count + 1);
  for (let node = 1; node < count; node++) starts[parents.at(node) + 1]!++;
  for (let node = 0; node < count; node++) starts[node + 1]! += starts[node]!;
  const children = new Int32Array(count - 1);
  const filled = starts.slice(0, count);
  for (let node = 1; node < count; node++) children[filled[parents.at(node)]!++] = node;
  const order = new Int32Array(count);
  const left = [0];
  for (let place = 0; place < count; place++) {
    if (place % NODES_BETWEEN === 0) yield;
    const node = left.pop()!;
    order[place] = node;
    const siblings = children.subarray(starts[node], starts[node + 1]);
    // Go has sorted files and folders already, each by themselves.
    if (!isSorted(siblings, names)) siblings.sort((a, b) => names.compare(a, b));
    for (let i = siblings.length - 1; i >= 0; i--) left.push(siblings[i]!);
  }
  return order;
}

function isSorted(nodes: Int32Array, names: TextColumn): boolean {
  for (let i = 1; i < nodes.length; i++) {
    if (names.compare(nodes[i - 1]!, nodes[i]!) > 0) return false;
  }
  return true;
}

/** The longest path that Linux takes, in bytes, the zero at its end not counted. */
const LONGEST_PATH = 4095;

function* requirePossible(
  tree: CatalogTree & { readonly names: TextColumn },
  baseBytes: number,
): Generator<undefined> {
  const { names, parents, ends, contents, symlinks, shadows } = tree;
  const pathBytes = new Int32Array(names.count).fill(baseBytes, 0, 1);
  const behindLinks = new Uint8Array(names.count);
  const refusal = (node: number, message: string) =>
    inTree(nodePath(tree, node), new SyntaxError(message));
  if (shadows.has(0)) throw refusal(0, UNLINKED);
  for (let node = 1; node < names.count; node++) {
    if (node % NODES_BETWEEN === 0) yield;
    const folder = parents[node]!;
    const bytes = pathBytes[folder]! + 1 + names.sizeOf(node);
    if (bytes > LONGEST_PATH) {
      throw refusal(node, `expected a path of at most ${LONGEST_PATH} bytes, found ${bytes}`);
    }
    pathBytes[node] = bytes;
    behindLinks[node] = Number(behindLinks[folder] !== 0 || symlinks.has(folder));
    if (shadows.has(node) && behindLinks[node] === 0) throw refusal(node, UNLINKED);
    const next = ends[node]!;
    if (next < ends[folder]! && names.compare(node, next) === 0) {
      const isSame = (contents[node] === FOLDER) === (contents[next] === FOLDER);
      throw refusal(
        node,
        isSame
          ? "expected every name once, found it twice"
          : "expected a file or a folder, found both",
      );
    }
  }
}

const UNLINKED = `expected "shadow" behind a symlinked folder only`;

/** Says in which file or folder something is wrong. */
export function inTree(path: string, error: SyntaxError): SyntaxError {
  if (path === "") return error;
  return new SyntaxError(`${quoteField(path)}: ${error.message}`, { cause: error });
}
