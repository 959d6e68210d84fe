/**
 * Where an image goes: a layout folder, an archive. Each finds out early what would fail late, and
 * writes whole or not at all.
 *
 * @module
 */
export { archiveBytes, archiveOutput } from "./archive_output.ts";
export { layoutOutput } from "./layout_output.ts";
export { type Output, writeAll, type WriteOptions, type Written } from "./output.ts";
