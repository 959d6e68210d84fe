import { measuring } from "../bytes/mod.ts";
import { decompressing } from "../compression/mod.ts";
import {
  asOciLayerType,
  type BlobOptions,
  type BlobStore,
  codecOf,
  type Descriptor,
  type Digest,
  type ImageConfig,
  isHeldBack,
  type Manifest,
  measuredDigest,
} from "../oci/mod.ts";
import { baseFailure, withBlobFailures } from "./base_failure.ts";

/** A layer of a base image, which goes into the image byte for byte. */
export interface BaseLayer {
  readonly descriptor: Descriptor;
  /** Of the tar inside. */
  readonly diffId: Digest;
}

/** Where layers are read from. */
export interface LayerSource extends BlobOptions {
  /** The base image as it was named. */
  readonly name: string;
  readonly blobs: BlobStore;
}

/** The layers of a manifest, by OCI's media types. @throws {Failure} when some are of a kind that cannot be read. */
export function baseLayers(
  manifest: Manifest,
  { name, config }: { readonly name: string; readonly config: ImageConfig },
): readonly BaseLayer[] {
  const { layers } = manifest;
  const diffIds = config.rootfs.diff_ids;
  if (layers.length !== diffIds.length) {
    throw baseFailure(
      "base/manifest",
      name,
      `its manifest has ${layers.length} layers, its config ${diffIds.length}, use another image`,
    );
  }
  return layers.map((descriptor, i) => {
    const { digest, mediaType } = descriptor;
    if (codecOf(mediaType) === undefined) {
      throw baseFailure(
        "base/layer",
        name,
        `layer ${digest} is of type "${mediaType}", expected a tar, plain or by gzip or zstd`,
      );
    }
    return {
      descriptor: { ...descriptor, mediaType: asOciLayerType(mediaType) },
      diffId: diffIds[i]!,
    };
  });
}

/** What is said of layers that are marked as not to be distributed: they go on as any other. */
export function heldBackWarnings({ layers }: Manifest): readonly string[] {
  const count = layers.filter(({ mediaType }) => isHeldBack(mediaType)).length;
  if (count === 0) return [];
  const what = count === 1 ? "a layer that is" : `${count} layers that are`;
  return [`has ${what} marked as not to be distributed, the image will hold it as any other`];
}

/** The tar of a layer. Its stream fails at the end when it is not the one that the config names. */
export async function openLayer(
  { descriptor, diffId }: BaseLayer,
  { blobs, ...options }: LayerSource,
): Promise<ReadableStream<Uint8Array>> {
  const codec = codecOf(descriptor.mediaType)!;
  const packed = await blobs.open(descriptor, options);
  return decompressing(codec, packed).pipeThrough(measuring((measurement) => {
    const found = measuredDigest(measurement);
    if (found !== diffId) throw new SyntaxError(`expected a tar ${diffId}, found ${found}`);
  }));
}

/**
 * Runs work on a layer, and makes a failure of what is wrong with it. Bytes that cannot be unpacked
 * may be damaged or may have been wrong ever since: their digest tells.
 */
export async function withLayerFailures<Result>(
  { descriptor }: BaseLayer,
  { name, blobs, signal }: LayerSource,
  work: () => Promise<Result>,
): Promise<Result> {
  const { digest } = descriptor;
  return await withBlobFailures({ name, digest }, async () => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      for await (const _ of await blobs.open(descriptor, signal === undefined ? {} : { signal }));
      throw baseFailure("base/layer", name, `in layer ${digest}, ${error.message}`, error);
    }
  });
}
