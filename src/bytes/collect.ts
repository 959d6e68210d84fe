import { concat } from "./concat.ts";

/**
 * Reads a stream into memory.
 *
 * @param limit The most bytes that are taken.
 * @throws {RangeError} when there are more; the stream is cancelled.
 */
export async function collect(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw new RangeError(`expected at most ${limit} bytes, found more`);
    chunks.push(chunk);
  }
  return concat(chunks);
}

/** Options of {@linkcode collectLarge}. */
export interface CollectLargeOptions {
  /** The most bytes that are taken. */
  readonly limit: number;
  /** How many there probably are. */
  readonly likely: number;
}

/**
 * The same for many megabytes: each chunk is copied as it comes, so that they are never all there
 * beside the whole.
 *
 * @throws {RangeError} when there are more; the stream is cancelled.
 */
export async function collectLarge(
  stream: AsyncIterable<Uint8Array>,
  { limit, likely }: CollectLargeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.min(likely, limit));
  let size = 0;
  for await (const chunk of stream) {
    const end = size + chunk.length;
    if (end > limit) throw new RangeError(`expected at most ${limit} bytes, found more`);
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.min(2 * end, limit));
      larger.set(bytes.subarray(0, size));
      bytes = larger;
    }
    bytes.set(chunk, size);
    size = end;
  }
  return bytes.subarray(0, size);
}

/** A stream of the given chunks. */
export function streamOf(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks);
}
