import { setImmediate } from "node:timers/promises";
import {
  Checksums,
  IntegrityError,
  Measure,
  type Measurement,
  requireEqual,
} from "../bytes/mod.ts";
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
 * time again as the hash. By checksums where there are any, which take less than a tenth of its time.
 *
 * @throws {IntegrityError} at its end, or at once when the file has another size.
 */
export async function* verifiedChunks(
  file: BlobFile,
  descriptor: Descriptor,
  { checksums, ...options }: VerifiedChunksOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const expected = { size: descriptor.size, sha256: hexOf(descriptor.digest) };
  if (file.size !== expected.size) {
    throw new IntegrityError(expected, { size: file.size, sha256: "" });
  }
  if (checksums === undefined) {
    const measure = new Measure();
    for await (const chunk of chunksOf(file, options)) {
      measure.update(chunk);
      yield chunk;
    }
    requireEqual(expected, measure.finish());
    return;
  }
  const found = new Checksums();
  for await (const chunk of chunksOf(file, options)) {
    found.update(chunk);
    yield chunk;
  }
  if (!isEqual(found.finish(), checksums)) {
    throw new IntegrityError(expected, await measureFile(file));
  }
}

async function measureFile(file: BlobFile): Promise<Measurement> {
  const measure = new Measure();
  for await (const chunk of chunksOf(file, { reuse: true })) measure.update(chunk);
  return measure.finish();
}

async function* chunksOf(
  { path, offset, size }: BlobFile,
  { reuse = false, signal, onProgress }: VerifiedChunksOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  using reader = new RandomReader(path);
  const buffer = new Uint8Array(reuse ? READ_BYTES : 0);
  for (let position = 0; position < size; position += READ_BYTES) {
    if (position % SLICE_BYTES === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    const count = Math.min(READ_BYTES, size - position);
    const chunk = reuse ? buffer.subarray(0, count) : new Uint8Array(count);
    reader.read(offset + position, chunk);
    onProgress?.(count);
    yield chunk;
  }
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
