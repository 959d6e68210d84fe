import { type CatalogTree, FOLDER, nodePath } from "./catalog_tree.ts";
import { quote } from "./catalog_fields.ts";
import { NumberColumn, TextColumn } from "./columns.ts";

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

  addFile(name: string, parent: number, { symlink, mode, content }: FileHead): void {
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
  const places = new Int32Array(order.length);
  order.forEach((node, place) => places[node] = place);
  const names = new TextColumn();
  order.forEach((node) => names.copy(draft.names, node));
  const tree = {
    names,
    parents: order.map((node) => places[draft.parents.at(node)]!),
    ends: order.map((_, place) => place + 1),
    modes: Uint32Array.from(order, (node) => draft.modes.at(node)),
    contents: order.map((node) => draft.contents.at(node)),
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
    if (siblings.length > 1) siblings.sort((a, b) => names.compare(a, b));
    for (let i = siblings.length - 1; i >= 0; i--) left.push(siblings[i]!);
  }
  return order;
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
  return new SyntaxError(`${quote(path)}: ${error.message}`, { cause: error });
}
