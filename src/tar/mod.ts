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
export type {
  Sized,
  TarDirectory,
  TarEntry,
  TarFile,
  TarHardlink,
  TarOwner,
  TarSymlink,
} from "./entry.ts";
export { readTar, type ReadTarOptions } from "./reader.ts";
export type {
  TarMember,
  TarMemberDirectory,
  TarMemberFile,
  TarMemberHardlink,
  TarMemberSpecial,
  TarMemberSymlink,
} from "./reader_member.ts";
export { type TarSegment, tarSegments, tarSize } from "./writer.ts";
