/**
 * Where an image goes: a layout folder, an archive, a registry, an engine. Each finds out early what would fail late, and
 * writes whole or not at all.
 *
 * @module
 */
export { archiveBytes, archiveOutput } from "./archive_output.ts";
export {
  type ContextFile,
  type ContextFolderOptions,
  requireContextFolder,
  writeContextFolder,
} from "./context_folder.ts";
export { LAYOUT_PARTS, type NamedPath, type ReadPath, requireDistinct } from "./distinct_paths.ts";
export { layoutOutput } from "./layout_output.ts";
export type { Engine } from "./engine.ts";
export { loadOutput } from "./load_output.ts";
export { pushOutput, type PushOutputOptions } from "./push_output.ts";
export {
  beginAll,
  type EarlyOutput,
  type Output,
  stageAll,
  type StagedImage,
  type WriteOptions,
  type Written,
} from "./output.ts";
export { type Staged, stageFile, type StageFileOptions } from "./staged_file.ts";
export { requireWritableFile } from "./writable.ts";
