import type { BlobOptions } from "../oci/mod.ts";
import { readTar, type TarEntry, type TarMember, tarSegments } from "../tar/mod.ts";
import { openLayer, withLayerFailures } from "./base_layer.ts";
import type { Base } from "./open_base.ts";
import type { Tree, TreeFile } from "./tree.ts";

/**
 * All layers of a base as the tar of one: what lies over one another is what is in it, and nothing
 * is said of what was removed. Hard links stay hard links. Devices and fifos are left out, which
 * engines make themselves, and so are extended attributes, which the merged tree does not know.
 *
 * @throws {Failure} when a layer is damaged.
 */
export async function* flattenBase(
  base: Base,
  options: BlobOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  let opened: { readonly layer: number; readonly members: Members } | undefined;
  try {
    for (const segment of tarSegments(entriesOf(base.tree))) {
      if (segment instanceof Uint8Array) {
        yield segment;
        continue;
      }
      const { layer, offset } = segment;
      if (opened?.layer !== layer) {
        await opened?.members.finish();
        opened = { layer, members: await openMembers(base, layer, options) };
      }
      yield* opened.members.content(offset);
    }
    await opened?.members.finish();
  } finally {
    await opened?.members.cancel();
  }
}

interface Place {
  readonly size: number;
  readonly layer: number;
  readonly offset: number;
}

/** Folders and symlinks, then files in the order in which the layers have their content. */
function entriesOf(tree: Tree): readonly TarEntry<Place>[] {
  const entries: TarEntry<Place>[] = [];
  const files: (readonly [path: string, node: TreeFile])[] = [];
  for (const [path, node] of tree.entries()) {
    const { uid, gid, mode, mtime } = node;
    const common = { path, owner: { uid, gid }, mtime };
    if (path === "") continue;
    if (node.type === "directory") entries.push({ ...common, type: "directory", mode });
    else if (node.type === "symlink") {
      entries.push({ ...common, type: "symlink", target: node.target });
    } else if (node.type === "file") files.push([path, node]);
  }
  files.sort(([, a], [, b]) => a.layer - b.layer || a.offset - b.offset);
  return [...entries, ...fileEntries(files)];
}

/** Files of one content are names of one file. */
function* fileEntries(
  files: readonly (readonly [path: string, node: TreeFile])[],
): Generator<TarEntry<Place>> {
  let first: readonly [path: string, node: TreeFile] | undefined;
  for (const [path, node] of files) {
    const { uid, gid, mode, mtime, size, layer, offset } = node;
    const common = { path, owner: { uid, gid }, mode, mtime };
    if (first !== undefined && first[1].layer === layer && first[1].offset === offset) {
      yield { ...common, type: "hardlink", target: first[0] };
    } else {
      first = [path, node];
      yield { ...common, type: "file", content: { size, layer, offset } };
    }
  }
}

/** The contents of a layer, in their order. */
interface Members {
  content(offset: number): AsyncGenerator<Uint8Array>;
  /** Reads to the end: only then the bytes are known to be the layer's. */
  finish(): Promise<void>;
  cancel(): Promise<void>;
}

async function openMembers(base: Base, index: number, options: BlobOptions): Promise<Members> {
  const { name, blobs, layers } = base;
  const layer = layers[index]!;
  const source = { name, blobs, ...options };
  const failing = <Result>(work: () => Promise<Result>) => withLayerFailures(layer, source, work);
  const members = await failing(async () => readTar(await openLayer(layer, source)));
  return {
    async *content(offset) {
      const member = await failing(() => find(members, offset));
      for await (const chunk of member.content) yield chunk;
    },
    finish: () =>
      failing(async () => {
        while (!(await members.next()).done);
      }),
    cancel: async () => void await members.return(),
  };
}

async function find(members: AsyncGenerator<TarMember>, offset: number) {
  for (let next; !(next = await members.next()).done;) {
    if (next.value.type === "file" && next.value.offset === offset) return next.value;
  }
  throw new SyntaxError(`expected a file at byte ${offset}, found none`);
}
