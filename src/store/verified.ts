import { verifying } from "../bytes/mod.ts";
import { type BlobOptions, type Descriptor, hexOf } from "../oci/mod.ts";

/** A blob's stream as every store gives it: verified, counted, and stopped by its signal. */
export function verified(
  bytes: ReadableStream<Uint8Array>,
  { digest, size }: Descriptor,
  options: BlobOptions = {},
): ReadableStream<Uint8Array> {
  return watched(bytes, options).pipeThrough(verifying({ size, sha256: hexOf(digest) }));
}

/** The same bytes, counted, and stopped by the signal. */
export function watched(
  bytes: ReadableStream<Uint8Array>,
  { signal, onProgress = () => {} }: BlobOptions,
): ReadableStream<Uint8Array> {
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      onProgress(chunk.length);
      controller.enqueue(chunk);
    },
  });
  return bytes.pipeThrough(counting, signal === undefined ? {} : { signal });
}
