import type { PackedCodec } from "./decompress.ts";
import { DEFAULT_GZIP_LEVEL, gzipMember } from "./gzip.ts";
import { SMALL_BYTES, SmallGzip } from "./small_gzip.ts";
import { DEFAULT_ZSTD_LEVEL, zstdFrame } from "./zstd.ts";

/** How a layer is packed. An explicit level packs everything anew, without splicing. */
export interface Packing {
  readonly codec: "gzip" | "zstd";
  readonly level?: number;
}

/** The levels that each codec knows, the default among them. */
export const LEVELS = {
  gzip: { lowest: 1, highest: 9, default: DEFAULT_GZIP_LEVEL },
  zstd: { lowest: 1, highest: 19, default: DEFAULT_ZSTD_LEVEL },
} as const;

/** How many bytes of the tar make one gzip member or zstd frame. */
export const CHUNK_BYTES = 1024 * 1024;

/**
 * Stored bytes of this size on are spliced into the layer as they are. Smaller ones are packed anew
 * with their neighbours: the member that the header between two spliced files needs would cost more
 * than that. RCC's own blobs are smaller than what the level here makes of them.
 */
export const SPLICE_BYTES = 2 * 1024;

/** Packs bytes as members or frames of their own. */
export class ChunkPacker {
  readonly #packing: Packing;
  readonly #small = new SmallGzip();

  constructor(packing: Packing) {
    this.#packing = packing;
  }

  /** @returns A member or frame, valid until the next. */
  pack(bytes: Uint8Array): Uint8Array {
    const { codec, level } = this.#packing;
    if (codec === "zstd") return zstdFrame(bytes, level ?? LEVELS.zstd.default);
    if (level === undefined && bytes.length <= SMALL_BYTES) return this.#small.member(bytes);
    return gzipMember(bytes, level ?? LEVELS.gzip.default);
  }
}

/** Whether stored bytes that are packed so can stand in a layer of this packing as they are. */
export function canSplice(stored: PackedCodec, storedSize: number, packing: Packing): boolean {
  if (packing.level !== undefined || storedSize < SPLICE_BYTES) return false;
  return stored === packing.codec;
}
