import { Checksums, Measure } from "../bytes/mod.ts";
import { decompressing } from "../compression/mod.ts";
import { type BlobOptions, codecOf, measuredDigest } from "../oci/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import { keptLayer } from "./layer_cache.ts";

/**
 * Compares what a cache keeps of a layer with its bytes, which are unpacked for that.
 *
 * @returns What is wrong; nothing also when the layer itself is gone.
 */
export async function verifyKeptLayer(
  fact: unknown,
  cache: BlobCache,
  options: BlobOptions = {},
): Promise<string | undefined> {
  const layer = keptLayer(fact);
  if (layer === undefined) return "it says nothing of a layer";
  const { descriptor, diffId, tarSize, checksums } = layer;
  if (!await cache.has(descriptor.digest)) return undefined;
  const found = new Checksums();
  const packed = await cache.open(descriptor, options);
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of packed) {
      found.update(chunk);
      yield chunk;
    }
  }
  const codec = codecOf(descriptor.mediaType);
  if (codec === undefined) return `its layer is of type "${descriptor.mediaType}"`;
  const tar = new Measure();
  for await (const chunk of decompressing(codec, ReadableStream.from(counted()))) tar.update(chunk);
  const measured = tar.finish();
  if (measuredDigest(measured) !== diffId) {
    return `its layer unpacks to ${measuredDigest(measured)}, expected ${diffId}`;
  }
  if (measured.size !== tarSize) {
    return `its layer unpacks to ${measured.size} bytes, expected ${tarSize}`;
  }
  const isSame = checksums === undefined || `${checksums}` === `${found.finish()}`;
  return isSame ? undefined : "its checksums are not those of its layer";
}
