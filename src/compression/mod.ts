/**
 * gzip and zstd: how bytes are packed and unpacked. Levels and headers are pinned here.
 *
 * ```ts
 * import { gzipSteps, isGzip } from "./mod.ts";
 *
 * const packed = await gzipSteps([new TextEncoder().encode("hello\n")]);
 * console.assert(isGzip(packed));
 * ```
 *
 * @module
 */
export type { ByteSource } from "./byte_source.ts";
export { decompressing, detectCodec, type PackedCodec } from "./decompress.ts";
export { gunzipSteps } from "./gunzip.ts";
export { gunzipMemory } from "./gunzip_memory.ts";
export { gzipMember, gzipSteps, isGzip } from "./gzip.ts";
export { Inflater } from "./inflater.ts";
export { type OutputArea, OutputWindow } from "./output_area.ts";
export {
  canSplice,
  CHUNK_BYTES,
  ChunkPacker,
  LEVELS,
  type Packing,
  SPLICE_BYTES,
} from "./packing.ts";
export { release, releaseStep } from "./release.ts";
export { throughZlib } from "./through_zlib.ts";
export { isZstd } from "./zstd.ts";
