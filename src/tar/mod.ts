/**
 * Entries and bytes of tar, in both directions: a writer that gives segments and reads nothing, and
 * a streaming reader.
 *
 * ```ts
 * import { tarSize } from "./mod.ts";
 *
 * const owner = { uid: 0, gid: 0 };
 * console.assert(tarSize([{ type: "directory", path: "home", owner, mode: 0o755, mtime: 0 }]) === 1536);
 * ```
 *
 * @module
 */
export type { Sized, TarDirectory, TarEntry, TarOwner } from "./entry.ts";
export { readTar } from "./reader.ts";
export type { TarMember, TarMemberDirectory, TarMemberHardlink } from "./reader_member.ts";
export { tarSegments, tarSize } from "./writer.ts";
