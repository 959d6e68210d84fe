/**
 * gzip and zstd: how layers are packed, by workers that read, check and decode the content, and how
 * they are unpacked. Levels and headers are pinned here.
 *
 * ```ts
 * import { bytesContent, Packer } from "./mod.ts";
 *
 * const content = bytesContent(new TextEncoder().encode("hello\n"));
 * using packer = new Packer({ packing: { codec: "gzip" }, jobs: 1 });
 * let packed = 0;
 * const tar = await packer.pack([content], { write: (bytes) => void (packed += bytes.length) });
 * console.assert(tar.size === 6 && packed > 6);
 * ```
 *
 * @module
 */
export {
  bytesContent,
  type Content,
  type ContentCheck,
  ContentError,
  type ContentPatch,
  type DecodedContent,
  type Expected,
  fileContent,
  type StoredBytes,
  type StoredContent,
} from "./content.ts";
export { ContentReader } from "./content_reader.ts";
export { decodeInSteps } from "./decode_stored.ts";
export { decompressing, detectCodec, type PackedCodec } from "./decompress.ts";
export { gzipSteps, isGzip } from "./gzip.ts";
export { Packer, type PackerOptions, type PackOptions } from "./packer.ts";
export { LEVELS, type Packing, SPLICE_BYTES } from "./packing.ts";
export type { FoundProgram } from "./program.ts";
import "./worker.ts"; // In a worker it is what the worker runs.
export { WorkerError } from "./worker_error.ts";
export { isZstd } from "./zstd.ts";
