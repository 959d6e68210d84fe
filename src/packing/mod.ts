/**
 * Layers are packed: content is read, checked, hashed and compressed in one pass, each layer of an
 * environment by a worker of its own.
 *
 * ```ts
 * import { bytesContent, packLayer } from "./mod.ts";
 *
 * const owner = { uid: 0, gid: 0 };
 * const content = bytesContent(new TextEncoder().encode("hello\n"));
 * const file = { type: "file", path: "greeting", owner, mode: 0o644, mtime: 0, content } as const;
 * let packed = 0;
 * const tar = await packLayer(() => [file], {
 *   packing: { codec: "gzip" },
 *   sink: { write: (bytes) => void (packed += bytes.length) },
 * });
 * console.assert(tar.size === 2048 && packed > 6);
 * ```
 *
 * @module
 */
export { blobPath } from "./blob_path.ts";
export {
  bytesContent,
  type Content,
  type ContentCheck,
  ContentError,
  type DecodedContent,
  fileContent,
  type StoredBytes,
  type StoredContent,
} from "./content.ts";
export { ContentReader } from "./content_reader.ts";
export { decodeInSteps } from "./decode_stored.ts";
export { EntryMaker } from "./entry_maker.ts";
export {
  type ContentCheckKind,
  environmentEntries,
  type EnvironmentLayer,
  type EnvironmentNodes,
  type LastEntry,
  type LayerContents,
  NODE_KINDS,
} from "./environment_layer.ts";
export { LayerFile, LayerWriteError } from "./layer_file.ts";
export { packLayer } from "./pack_layer.ts";
export { type PackedLayer, packEnvironmentLayer } from "./pack_thread.ts";
export { Patching } from "./patch.ts";
export { Packer } from "./packer.ts";
export type { FoundProgram } from "./program.ts";
export { beginsWith, MOST_SKIPPED } from "./repack.ts";
export type { RestoredContent } from "./restored_content.ts";
import "./worker.ts"; // In a worker it is what the worker runs.
export { NoWorkerError, WorkerError } from "./worker_error.ts";
