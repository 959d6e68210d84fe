import type { LayerStack } from "../base/mod.ts";
import { type Measurement, measuring } from "../bytes/mod.ts";
import { decompressing } from "../compression/mod.ts";
import {
  type BlobOptions,
  type BlobStore,
  codecOf,
  type Descriptor,
  type Digest,
  measuredDigest,
} from "../oci/mod.ts";
import { readTar, type TarMember } from "../tar/mod.ts";
import { blobProblem } from "./blob_problem.ts";

/** What a layer is when all its bytes have been looked at. */
export interface LayerVerdict {
  readonly problem?: string;
  readonly diffId?: Digest;
  readonly tarSize?: number;
  readonly entries?: number;
}

/** Options of {@linkcode inspectLayer}. */
export interface InspectLayerOptions extends BlobOptions {
  readonly blobs: BlobStore;
  /** What the config says that its tar is. */
  readonly diffId: Digest | undefined;
  /**
   * The layers below, to which it is added. None when one of them could not be read: then nobody
   * knows what its links into them lead to.
   */
  readonly stack?: LayerStack;
}

/**
 * Reads a layer to its end: digest and size, packing, tar, links, diffId. One pass; where anything
 * is wrong, a second one tells whether the stored bytes are.
 */
export async function inspectLayer(
  descriptor: Descriptor,
  { blobs, diffId, stack, ...options }: InspectLayerOptions,
): Promise<LayerVerdict> {
  const codec = codecOf(descriptor.mediaType);
  if (codec === undefined) {
    return { problem: `it is of type "${descriptor.mediaType}", which is none of a layer` };
  }
  let tar: Measurement | undefined;
  let entries = 0;
  async function* counted(members: AsyncIterable<TarMember>): AsyncGenerator<TarMember> {
    for await (const member of members) {
      entries++;
      yield member;
    }
  }
  try {
    const stored = await blobs.open(descriptor, options);
    const unpacked = decompressing(codec, stored).pipeThrough(measuring((found) => tar = found));
    const members = counted(readTar(unpacked, { requireEnd: true }));
    if (stack !== undefined) await stack.add(members);
    else for await (const _ of members);
  } catch (error) {
    options.signal?.throwIfAborted();
    const { signal } = options;
    const stored = await blobProblem(descriptor, blobs, signal === undefined ? {} : { signal });
    return { problem: stored ?? contentProblem(error) };
  }
  const found = { diffId: measuredDigest(tar!), tarSize: tar!.size, entries };
  if (diffId === undefined || found.diffId === diffId) return found;
  return { ...found, problem: `its tar is ${found.diffId}, the config says ${diffId}` };
}

/** The stored bytes are what they should be, and yet no layer. */
function contentProblem(error: unknown): string {
  if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
  return `no engine could unpack it: ${error.message}`;
}
