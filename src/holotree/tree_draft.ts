import { Buffer } from "node:buffer";
import { type CatalogTree, FOLDER, nodePath } from "./catalog_tree.ts";
import { quote } from "./catalog_fields.ts";
import { compareBytes } from "./go_text.ts";

/** What is stated of a folder besides its name. */
export interface FolderHead {
  readonly symlink?: string;
  readonly mode: number;
  readonly shadow: boolean;
}

/** What is stated of a file besides its name. */
export interface FileHead {
  readonly symlink?: string;
  readonly mode: number;
  /** The number of its content. */
  readonly content: number;
}

/** A tree in the making: folders before what is in them, siblings in any order. */
export class TreeDraft {
  readonly names: string[] = [];
  readonly parents: number[] = [];
  readonly modes: number[] = [];
  readonly contents: number[] = [];
  readonly symlinks = new Map<number, string>();
  readonly shadows = new Set<number>();

  /** Adds a folder of which only the name is known yet. The root is the first, and its own parent. */
  addFolder(name: string, parent: number): number {
    this.#push(name, parent, FOLDER);
    return this.names.length - 1;
  }

  describeFolder(folder: number, { symlink, mode, shadow }: FolderHead): void {
    this.modes[folder] = mode;
    if (symlink !== undefined) this.symlinks.set(folder, symlink);
    if (shadow) this.shadows.add(folder);
  }

  addFile(name: string, parent: number, { symlink, mode, content }: FileHead): void {
    if (symlink !== undefined) this.symlinks.set(this.names.length, symlink);
    this.#push(name, parent, content);
    this.modes[this.names.length - 1] = mode;
  }

  #push(name: string, parent: number, content: number): void {
    this.names.push(name);
    this.parents.push(parent);
    this.modes.push(0);
    this.contents.push(content);
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
  const places = new Int32Array(order.length);
  order.forEach((node, place) => places[node] = place);
  const tree: CatalogTree = {
    names: Array.from(order, (node) => draft.names[node]!),
    parents: order.map((node) => places[draft.parents[node]!]!),
    ends: order.map((_, place) => place + 1),
    modes: Uint32Array.from(order, (node) => draft.modes[node]!),
    contents: order.map((node) => draft.contents[node]!),
    symlinks: new Map([...draft.symlinks].map(([node, target]) => [places[node]!, target])),
    shadows: new Set([...draft.shadows].map((node) => places[node]!)),
  };
  const { parents, ends } = tree;
  for (let node = ends.length - 1; node > 0; node--) {
    const folder = parents[node]!;
    ends[folder] = Math.max(ends[folder]!, ends[node]!);
  }
  yield* requirePossible(tree, baseBytes);
  return tree;
}

const NODES_BETWEEN = 256;

/** The nodes of a draft, folders before what is in them, siblings by the bytes of their names. */
function* restoreOrder({ names, parents }: TreeDraft): Generator<undefined, Int32Array> {
  const count = names.length;
  const starts = new Int32Array(count + 1);
  for (let node = 1; node < count; node++) starts[parents[node]! + 1]!++;
  for (let node = 0; node < count; node++) starts[node + 1]! += starts[node]!;
  const children = new Int32Array(count - 1);
  const filled = starts.slice(0, count);
  for (let node = 1; node < count; node++) children[filled[parents[node]!]!++] = node;
  const order = new Int32Array(count);
  const left = [0];
  for (let place = 0; place < count; place++) {
    if (place % NODES_BETWEEN === 0) yield;
    const node = left.pop()!;
    order[place] = node;
    const siblings = children.subarray(starts[node], starts[node + 1]);
    if (siblings.length > 1) siblings.sort((a, b) => compareBytes(names[a]!, names[b]!));
    for (let i = siblings.length - 1; i >= 0; i--) left.push(siblings[i]!);
  }
  return order;
}

/** The longest path that Linux takes, in bytes, the zero at its end not counted. */
const LONGEST_PATH = 4095;
/** Of a UTF-16 unit in UTF-8. */
const MOST_BYTES = 3;

function* requirePossible(tree: CatalogTree, baseBytes: number): Generator<undefined> {
  const { names, parents, ends, contents, symlinks, shadows } = tree;
  const mostBytes = new Int32Array(names.length).fill(baseBytes, 0, 1);
  const behindLinks = new Uint8Array(names.length);
  if (shadows.has(0)) throw unlinkedShadow();
  for (let node = 1; node < names.length; node++) {
    if (node % NODES_BETWEEN === 0) yield;
    const folder = parents[node]!;
    const name = names[node]!;
    mostBytes[node] = mostBytes[folder]! + 1 + MOST_BYTES * name.length;
    if (mostBytes[node]! > LONGEST_PATH) requirePath(nodePath(tree, node), baseBytes);
    behindLinks[node] = Number(behindLinks[folder] !== 0 || symlinks.has(folder));
    if (shadows.has(node) && behindLinks[node] === 0) {
      throw inTree(nodePath(tree, node), unlinkedShadow());
    }
    const next = ends[node]!;
    if (next < ends[folder]! && names[next] === name) {
      const isSame = (contents[node] === FOLDER) === (contents[next] === FOLDER);
      const expected = isSame ? "every name once" : "a file or a folder";
      const found = isSame ? "it twice" : "both";
      throw inTree(nodePath(tree, node), new SyntaxError(`expected ${expected}, found ${found}`));
    }
  }
}

function requirePath(path: string, baseBytes: number): void {
  const bytes = baseBytes + 1 + Buffer.byteLength(path);
  if (bytes <= LONGEST_PATH) return;
  const problem = `expected a path of at most ${LONGEST_PATH} bytes, found ${bytes}`;
  throw inTree(path, new SyntaxError(problem));
}

function unlinkedShadow(): SyntaxError {
  return new SyntaxError(`expected "shadow" behind a symlinked folder only`);
}

/** Says in which file or folder something is wrong. */
export function inTree(path: string, error: SyntaxError): SyntaxError {
  if (path === "") return error;
  return new SyntaxError(`${quote(path)}: ${error.message}`, { cause: error });
}
