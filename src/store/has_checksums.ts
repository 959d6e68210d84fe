import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { CHECKSUM_BYTES } from "../bytes/mod.ts";
import { RandomReader } from "../files/mod.ts";
import type { BlobFile, BlobOptions } from "../oci/mod.ts";

/** After so many, which take some milliseconds, others have their turn. */
const SLICE = 8;

/** Whether a file is what it was when its checksums were made, as far as these can tell. */
export async function hasChecksums(
  { path, offset, size }: BlobFile,
  checksums: readonly number[],
  { signal, onProgress }: BlobOptions = {},
): Promise<boolean> {
  if (checksums.length !== Math.ceil(size / CHECKSUM_BYTES)) return false;
  using reader = new RandomReader(path);
  const buffer = new Uint8Array(CHECKSUM_BYTES);
  for (const [index, checksum] of checksums.entries()) {
    if (index % SLICE === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    const start = index * CHECKSUM_BYTES;
    const chunk = buffer.subarray(0, Math.min(CHECKSUM_BYTES, size - start));
    reader.read(offset + start, chunk);
    if (crc32(chunk) !== checksum) return false;
    onProgress?.(chunk.length);
  }
  return true;
}
