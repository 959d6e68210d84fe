import { constants, gunzipSync, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { isGzip, isZstd } from "../compression/mod.ts";
import { RandomReader } from "../files/mod.ts";
import type { BlobSource } from "./blob.ts";
import type { Blobs } from "./blobs.ts";
import type { Contents } from "./contents.ts";
import { inSlices, type SlicesOptions } from "./slices.ts";

const BEGINNING_BYTES = 512;
/** What is packed already is not packed to less than so much of its size. */
const LIKELY_RATIO = 0.8;

/** Options of {@linkcode findGzipContent}. */
export interface GzipContentOptions extends SlicesOptions {
  /** Whether unlikely ones are looked at too. Else packing may meet content that is `unforeseen`. */
  readonly thorough?: boolean;
}

/**
 * Which content itself begins as gzip does. It must stay wrapped: RCC takes a raw blob of that kind
 * for a compressed one. Only the beginning of each is read.
 *
 * @param blobs Of a library that packs them.
 * @returns Their numbers.
 */
export async function findGzipContent(
  contents: Contents,
  blobs: Blobs,
  { thorough = false, signal }: GzipContentOptions = {},
): Promise<ReadonlySet<number>> {
  function* steps(): Generator<undefined, ReadonlySet<number>> {
    const found = new Set<number>();
    for (let content = 0; content < contents.count; content++) {
      yield;
      const isLikely = blobs.sizeOf(content) >= LIKELY_RATIO * contents.sizeOf(content);
      if (!isLikely && !thorough) continue;
      if (isGzip(beginningOfContent(blobs.sourceOf(content)))) found.add(content);
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
  if (isGzip(blob)) return unpackBeginning(blob, gunzipSync);
  return isZstd(blob) ? unpackBeginning(blob, zstdDecompressSync) : new Uint8Array();
}

/** What of a packed beginning can be unpacked. A damaged one gives nothing: that is found when all is read. */
function unpackBeginning(
  packed: Uint8Array,
  unpack: typeof gunzipSync | typeof zstdDecompressSync,
): Uint8Array {
  const finishFlush = unpack === zstdDecompressSync
    ? constants.ZSTD_e_flush
    : constants.Z_SYNC_FLUSH;
  try {
    return unpack(packed, { finishFlush, chunkSize: BEGINNING_BYTES });
  } catch {
    return new Uint8Array();
  }
}
