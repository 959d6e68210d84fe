/**
 * Where an image goes: a layout folder, an archive, a registry, an engine. Each checks early for what would fail late, and
 * writes whole or not at all.
 *
 * @module
 */
export { archiveOutput } from "./archive_output.ts";
export { type ContextFile, requireContextFolder, writeContextFolder } from "./context_folder.ts";
export { LAYOUT_PARTS, type NamedPath, type ReadPath, requireDistinct } from "./distinct_paths.ts";
export { layoutOutput } from "./layout_output.ts";
export type { Engine } from "./engine.ts";
export { loadOutput } from "./load_output.ts";
export { pushOutput } from "./push_output.ts";
export { beginAll, type Output, stageAll, type Written } from "./output.ts";
export { type Staged, stageFile } from "./staged_file.ts";
export { requireWritableFile } from "./writable.ts";
