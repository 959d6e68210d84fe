import { setImmediate } from "node:timers/promises";
import { IntegrityError, Measure, requireEqual } from "../bytes/mod.ts";
import { RandomReader } from "../files/mod.ts";
import { type BlobFile, type BlobOptions, type Descriptor, hexOf } from "../oci/mod.ts";

/** Options of {@linkcode verifiedChunks}. */
export interface VerifiedChunksOptions extends BlobOptions {
  /** Whether a chunk is valid until the next one is asked for, and no longer. */
  readonly reuse?: boolean;
}

const READ_BYTES = 512 * 1024;
/** After so much, which takes some milliseconds, others have their turn. */
const SLICE_BYTES = 8 * READ_BYTES;

/**
 * A blob that lies in a file, verified while it is read. By synchronous reads: streams take as much
 * time again as the hash.
 *
 * @throws {IntegrityError} at its end, or at once when the file has another size.
 */
export async function* verifiedChunks(
  { path, offset, size }: BlobFile,
  descriptor: Descriptor,
  { reuse = false, signal, onProgress }: VerifiedChunksOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const expected = { size: descriptor.size, sha256: hexOf(descriptor.digest) };
  if (size !== expected.size) throw new IntegrityError(expected, { size, sha256: "" });
  using reader = new RandomReader(path);
  const measure = new Measure();
  const buffer = new Uint8Array(reuse ? READ_BYTES : 0);
  for (let position = 0; position < size; position += READ_BYTES) {
    if (position % SLICE_BYTES === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    const count = Math.min(READ_BYTES, size - position);
    const chunk = reuse ? buffer.subarray(0, count) : new Uint8Array(count);
    reader.read(offset + position, chunk);
    measure.update(chunk);
    onProgress?.(count);
    yield chunk;
  }
  requireEqual(expected, measure.finish());
}
