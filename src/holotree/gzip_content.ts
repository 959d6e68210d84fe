import { constants, gunzipSync, inflateRawSync } from "node:zlib";
import { isGzip } from "../compression/mod.ts";
import { RandomReader } from "../files/mod.ts";
import type { BlobSource } from "./blob.ts";
import { inSlices } from "./slices.ts";

const BEGINNING_BYTES = 512;

/** Options of {@linkcode findGzipContent}. */
export interface GzipContentOptions {
  readonly signal?: AbortSignal;
}

/**
 * Which of the blobs hold content that itself begins as gzip does. Those must stay wrapped: RCC takes
 * a raw blob of that kind for a compressed one. Only the beginning of each is read.
 *
 * @param blobs Gzip-compressed blobs by their digests. Others are passed over.
 */
export async function findGzipContent(
  blobs: ReadonlyMap<string, BlobSource>,
  { signal }: GzipContentOptions = {},
): Promise<ReadonlySet<string>> {
  function* steps(): Generator<undefined, ReadonlySet<string>> {
    const found = new Set<string>();
    for (const [digest, source] of blobs) {
      if (isGzip(beginningOfContent(source))) found.add(digest);
      yield;
    }
    return found;
  }
  return await inSlices(steps(), { signal });
}

function beginningOfContent({ path, offset, size, packing }: BlobSource): Uint8Array {
  const stored = new Uint8Array(Math.min(size, BEGINNING_BYTES));
  {
    using reader = new RandomReader(path);
    reader.read(offset, stored);
  }
  const blob = packing === "deflate" ? unpackBeginning(stored, inflateRawSync) : stored;
  return isGzip(blob) ? unpackBeginning(blob, gunzipSync) : new Uint8Array();
}

/** What of a packed beginning can be unpacked. A damaged one gives nothing: that is found when all is read. */
function unpackBeginning(packed: Uint8Array, unpack: typeof gunzipSync): Uint8Array {
  try {
    return unpack(packed, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: BEGINNING_BYTES });
  } catch {
    return new Uint8Array();
  }
}
