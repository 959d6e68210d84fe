import type { RawHeader } from "./reader_header.ts";
import { paxNumber, paxPath, type PaxRecords } from "./reader_pax.ts";

/** What one member of an archive is, as it was read. */
export type TarMember =
  | TarMemberFile
  | TarMemberDirectory
  | TarMemberSymlink
  | TarMemberHardlink
  | TarMemberSpecial;

interface Common {
  /** Without slashes at its ends, "." and ".."; empty for the root itself. */
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky: octal 7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, negative before. */
  readonly mtime: number;
  /** The names of its extended attributes: `security.capability` and the like. */
  readonly xattrs: readonly string[];
}

export interface TarMemberFile extends Common {
  readonly type: "file";
  /** In bytes. */
  readonly size: number;
  /** Where its stored content begins, in bytes from the beginning of the archive. */
  readonly offset: number;
  /** Whether it has holes: its content is longer than what is stored. */
  readonly isSparse: boolean;
  /** To be read once, and before the next member is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface TarMemberSymlink extends Common {
  readonly type: "symlink";
  /** As it is stored: absolute, or relative to the link's folder. */
  readonly target: string;
}

export interface TarMemberHardlink extends Common {
  readonly type: "hardlink";
  /** A path like the member's own. */
  readonly target: string;
}

export interface TarMemberDirectory extends Common {
  readonly type: "directory";
}

export interface TarMemberSpecial extends Common {
  readonly type: "character" | "block" | "fifo";
}

const TYPES: Readonly<Record<string, TarMember["type"]>> = {
  "\0": "file",
  "0": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "character",
  "4": "block",
  "5": "directory",
  "6": "fifo",
  "7": "file", // "Contiguous", which nobody tells from a plain file.
  S: "file", // With holes.
};

/**
 * The member that a header and the records before it describe.
 * @throws {SyntaxError} when it is one that cannot be read, or its path or a number is none.
 */
export function toMember(
  header: RawHeader,
  records: PaxRecords,
  content: TarMemberFile["content"] & Pick<TarMemberFile, "offset" | "size" | "isSparse">,
): TarMember {
  const storedPath = paxPath(records, "GNU.sparse.name") ?? paxPath(records, "path") ?? header.path;
  const type = typeOf(header, storedPath);
  const common: Common = {
    path: normalPath(storedPath),
    mode: header.mode & 0o7777,
    uid: notNegative(paxNumber(records, "uid") ?? header.uid, "uid"),
    gid: notNegative(paxNumber(records, "gid") ?? header.gid, "gid"),
    mtime: paxNumber(records, "mtime") ?? header.mtime,
    xattrs: xattrNames(records),
  };
  if (common.path === "" && type !== "directory") {
    throw new SyntaxError(`expected a folder as "${storedPath}", found a ${type}`);
  }
  switch (type) {
    case "file":
      return {
        type,
        ...common,
        size: content.size,
        offset: content.offset,
        isSparse: content.isSparse,
        content,
      };
    case "symlink":
    case "hardlink": {
      const target = paxPath(records, "linkpath") ?? header.linkpath;
      if (target === "") throw new SyntaxError(`expected the target of the link "${storedPath}"`);
      return { type, ...common, target: type === "symlink" ? target : normalPath(target) };
    }
    default:
      return { type, ...common };
  }
}

/** How many bytes stand behind a header, when it is one of a file. */
export function storedSize(header: RawHeader, records: PaxRecords): number {
  const type = TYPES[header.typeflag];
  if (type !== "file") return 0;
  return notNegative(paxNumber(records, "size") ?? header.size, "size");
}

/** A path relative to the root: engines take "/etc", "./etc" and "etc/" for the same. */
function normalPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new SyntaxError(`expected a path without "..", found "${path}"`);
  return parts.join("/");
}

function typeOf({ typeflag }: RawHeader, path: string): TarMember["type"] {
  const type = Object.hasOwn(TYPES, typeflag) ? TYPES[typeflag] : undefined;
  if (type === undefined) {
    throw new SyntaxError(
      `expected a type that containers know, found ${JSON.stringify(typeflag)} for "${path}"`,
    );
  }
  // Unix V7 had no type for folders.
  return typeflag === "\0" && path.endsWith("/") ? "directory" : type;
}

function xattrNames(records: PaxRecords): readonly string[] {
  const names: string[] = [];
  for (const keyword of records.keys()) {
    const match = /^(?:SCHILY|LIBARCHIVE)\.xattr\.(.+)$/s.exec(keyword);
    if (match !== null) names.push(match[1]!);
  }
  return names;
}

function notNegative(value: number, name: string): number {
  if (value < 0) throw new SyntaxError(`expected "${name}" not below zero, found ${value}`);
  return value;
}
