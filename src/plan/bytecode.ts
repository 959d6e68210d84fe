import { createHash } from "node:crypto";
import { BYTECODE_FORMAT, type BytecodeOrder } from "../bytecode/mod.ts";
import { type Catalog, type EnvironmentPython, FOLDER, nodePath } from "../holotree/mod.ts";

/** Which sources of an environment are compiled, and with what. */
export interface BytecodeFacts {
  readonly python: EnvironmentPython;
  /** Those alone, relative to the environment; all where it is not given. */
  readonly used?: ReadonlySet<string>;
}

/** Whoever has more in one source has data in it, and compiling that takes gigabytes. */
const LARGEST_SOURCE = 8 * 1024 * 1024;

/** Some of an environment's sources, relative to it. */
export interface FoundSources {
  readonly paths: ReadonlySet<string>;
  /** In bytes. */
  readonly size: number;
}

/** The sources among nodes of a catalog that a Python can import. */
export function findSources(
  catalog: Catalog,
  nodes: Iterable<number>,
  { python, used }: BytecodeFacts,
): FoundSources {
  const paths = new Set<string>();
  let size = 0;
  for (const node of nodes) {
    const own = sourceSize(catalog, node, python);
    if (own === undefined) continue;
    const path = nodePath(catalog.tree, node);
    if (used !== undefined && !used.has(path)) continue;
    paths.add(path);
    size += own;
  }
  return { paths, size };
}

/** How many bytes all sources of an environment have that its Python can import. */
export function sizeOfSources(catalog: Catalog, python: EnvironmentPython): number {
  let size = 0;
  for (let node = python.folderNode; node < catalog.tree.ends[python.folderNode]!; node++) {
    size += sourceSize(catalog, node, python) ?? 0;
  }
  return size;
}

/** In bytes, of a source that a Python can import; nothing of what is none. */
function sourceSize(
  { tree, contents }: Catalog,
  node: number,
  { folderNode }: EnvironmentPython,
): number | undefined {
  const content = tree.contents[node]!;
  const isSource = content !== FOLDER && !tree.symlinks.has(node) && node > folderNode &&
    node < tree.ends[folderNode]! && tree.names.at(node).endsWith(".py");
  if (!isSource) return undefined;
  const size = contents.sizeOf(content);
  return size > LARGEST_SOURCE ? undefined : size;
}

/** All that the bytecode of a layer follows from, besides the layer itself. */
export function bytecodeKey(
  { target, sources }: BytecodeOrder,
  { python, used }: BytecodeFacts,
): unknown {
  const list = used === undefined
    ? undefined
    : createHash("sha256").update(JSON.stringify([...sources])).digest("hex");
  return { format: BYTECODE_FORMAT, python: python.digest, target, list };
}

/** Of real environments the bytecode has 1.4 times the bytes of its sources, 0.6 times when packed. */
export const BYTECODE_SIZE = { unpacked: 1.4, packed: 0.6 } as const;

/** The most bytes of disk that bytecode takes: unpacked until its layer is packed. */
export function mostBytecode(sourceBytes: number): number {
  return 2.5 * sourceBytes;
}
