/**
 * The one place for files that appear whole or not at all, locks between processes, sweeping, and
 * what the disk says; holds the only use of `Deno.*`, so that other runtimes stay possible.
 *
 * ```ts
 * import { readFileBytes, writeFileAtomic } from "./mod.ts";
 * import { mkdtemp, rm } from "node:fs/promises";
 *
 * const folder = await mkdtemp("/tmp/example-");
 * await writeFileAtomic(`${folder}/greeting`, new TextEncoder().encode("hello\n"));
 * console.assert((await readFileBytes(`${folder}/greeting`)).length === 6);
 * await rm(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { createAtomicFile, writeFileAtomic } from "./atomic.ts";
export { type AtomicFolder, createAtomicFolder, sweepAtomicFolders } from "./atomic_folder.ts";
export { copyFile, linkFile, mayLink, mayShareCopies } from "./copy.ts";
export { freeSpace, nearestFolder } from "./disk.ts";
export { FileSource } from "./file_source.ts";
export { fileSize } from "./file_size.ts";
export { makeFolder } from "./folder.ts";
export { removeUnused, useFolder } from "./folder_use.ts";
export { isLockedAlone, shareFileLock, withFileLock } from "./lock.ts";
export { openFileStream, RandomReader, readFileBytes, readFileText } from "./read.ts";
export { openListed, type SeenFile, seenFile } from "./seen_file.ts";
export { findTarget, openStream, type Target } from "./target.ts";
export { syncFileData, syncFolder } from "./sync.ts";
export { isTemporary, sweepTemporaries } from "./temporary.ts";
export { OWN_TMPDIR, temporaryFolder } from "./temporary_folder.ts";
export { writing, type WritingOptions } from "./write_failure.ts";
export { requireWritable } from "./writable.ts";
