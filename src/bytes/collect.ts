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

/** A stream of the given chunks. */
export function streamOf(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks);
}
