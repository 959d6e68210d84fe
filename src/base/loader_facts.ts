import { Buffer } from "node:buffer";

/** Where a base's program interpreter looks for libraries without being told by a program. */
export interface LoaderFacts {
  /** Paths of libraries by their names, as `ldconfig` found them where `/etc/ld.so.conf` says. */
  readonly cache: Readonly<Record<string, string>>;
  /** Folders that it was built with, in its order. */
  readonly folders: readonly string[];
}

/** Those of Debian's, where the interpreter does not say its own. */
export const COMMON_FOLDERS: readonly string[] = [
  "/lib/x86_64-linux-gnu",
  "/usr/lib/x86_64-linux-gnu",
  "/lib64",
  "/usr/lib64",
  "/lib",
  "/usr/lib",
  "/usr/glibc-compat/lib",
];

/** Of a base without any interpreter. */
export const NO_LOADER: LoaderFacts = { cache: {}, folders: COMMON_FOLDERS };

const MAGIC = "glibc-ld.so.cache1.1";
const HEADER_BYTES = 48;
const ENTRY_BYTES = 24;
/** An ELF library of the second libc, for x86-64. */
const X86_64 = 0x0303;

/**
 * Reads `/etc/ld.so.cache`, which the interpreter reads in place of `/etc/ld.so.conf`; of a file that
 * makes no sense, what can be read.
 * Source: https://sourceware.org/git/?p=glibc.git;a=blob;f=sysdeps/generic/dl-cache.h
 */
export function parseLoaderCache(bytes: Uint8Array): Readonly<Record<string, string>> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = file.indexOf(MAGIC, 0, "latin1");
  const found = new Map<string, string>();
  if (start < 0 || file.length < start + HEADER_BYTES) return {};
  const texts = file.subarray(start);
  const count = texts.readUInt32LE(MAGIC.length);
  for (let i = 0, at = HEADER_BYTES; i < count; i++, at += ENTRY_BYTES) {
    if (at + ENTRY_BYTES > texts.length) break;
    // What is for some processors only is there for all of them too, without such a mark.
    if (texts.readUInt32LE(at) !== X86_64 || texts.readBigUInt64LE(at + 16) !== 0n) continue;
    const name = textAt(texts, texts.readUInt32LE(at + 4));
    const path = textAt(texts, texts.readUInt32LE(at + 8));
    if (name !== "" && path.startsWith("/") && !found.has(name)) found.set(name, path);
  }
  return Object.fromEntries(found);
}

function textAt(file: Buffer, offset: number): string {
  const end = file.indexOf(0, offset);
  return offset < file.length && end >= 0 ? file.toString("utf8", offset, end) : "";
}

/** The folders that stand in an interpreter's own bytes, one behind the other, each with a slash. */
export function loaderFolders(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const [, run] = /\0((?:\/[!-~]*lib[!-~]*\/\0)+)/.exec(text) ?? [];
  if (run === undefined) return COMMON_FOLDERS;
  return run.split("\0").filter((folder) => folder !== "").map((folder) => folder.slice(0, -1));
}

/** What `/etc/os-release` says of the system that a base is. */
export interface OsRelease {
  /** Such as `debian`. */
  readonly id: string;
  /** Such as `12`; empty for what has no versions. */
  readonly version: string;
}

/** https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export function parseRelease(text: string): OsRelease | undefined {
  const valueOf = (name: string) =>
    new RegExp(`^${name}=(["']?)([^"'\\n]*)\\1\\s*$`, "m").exec(text)?.[2];
  const id = valueOf("ID");
  return id === undefined || id === "" ? undefined : { id, version: valueOf("VERSION_ID") ?? "" };
}
