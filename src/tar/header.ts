/**
 * Headers of tar entries: ustar, with a PAX header before it for what ustar cannot say.
 *
 * Specification: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 * Written here because no library on npm gives headers alone, which splicing needs.
 */
import type { TarEntry } from "./entry.ts";
import type { FormatBytes } from "./format_bytes.ts";
import { paxText } from "./pax.ts";
import { isAscii, isPrintable, writeAscii } from "./text.ts";
import { BLOCK_BYTES, type UstarFields, type UstarPlace, writeUstar } from "./ustar.ts";

const TYPE_FLAGS = { file: "0", hardlink: "1", symlink: "2", directory: "5", pax: "x" } as const;
const LONGEST_NAME = 100;
const LONGEST_PREFIX = 155;
/** The largest numbers in octal fields of 8 and 12 bytes, the last of which is a NUL. */
const LARGEST_ID = 0o7777777;
const LARGEST_NUMBER = 0o77777777777;

/** How many zero bytes follow content of this size. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES;
}

/** Adds the header of an entry: 512 bytes, or more when it needs a PAX header. */
export function addHeader(format: FormatBytes, entry: TarEntry): void {
  const fields = ustarFields(entry);
  const place = splitPath(fields.path);
  if (place !== undefined && fitsUstar(fields)) {
    const at = format.add(BLOCK_BYTES);
    writeUstar(format.bytes, at, fields, place);
    return;
  }
  const records = new Map<string, string>();
  if (place === undefined) records.set("path", fields.path);
  if (!fitsField(fields.target, LONGEST_NAME)) records.set("linkpath", fields.target);
  if (fields.size > LARGEST_NUMBER) records.set("size", String(fields.size));
  if (fields.uid > LARGEST_ID) records.set("uid", String(fields.uid));
  if (fields.gid > LARGEST_ID) records.set("gid", String(fields.gid));
  if (fields.mtime < 0 || fields.mtime > LARGEST_NUMBER) records.set("mtime", String(fields.mtime));
  addPaxHeader(format, fields, records);
  // What a reader without PAX sees: as much as fits.
  const at = format.add(BLOCK_BYTES);
  writeUstar(format.bytes, at, {
    ...fields,
    target: records.has("linkpath") ? asciiEnd(fields.target) : fields.target,
    size: records.has("size") ? 0 : fields.size,
    uid: records.has("uid") ? 0 : fields.uid,
    gid: records.has("gid") ? 0 : fields.gid,
    mtime: records.has("mtime") ? 0 : fields.mtime,
  }, place ?? { path: asciiEnd(fields.path), slash: -1 });
}

type Fields = UstarFields & { readonly path: string };

function ustarFields(entry: TarEntry): Fields {
  return {
    path: entry.type === "directory" ? `${entry.path}/` : entry.path,
    typeFlag: TYPE_FLAGS[entry.type],
    mode: entry.type === "symlink" ? 0o777 : entry.mode,
    uid: entry.owner.uid,
    gid: entry.owner.gid,
    size: entry.type === "file" ? entry.content.size : 0,
    mtime: entry.mtime,
    target: entry.type === "symlink" || entry.type === "hardlink" ? entry.target : "",
  };
}

function addPaxHeader(
  format: FormatBytes,
  { path }: Fields,
  records: ReadonlyMap<string, string>,
): void {
  const { text, size } = paxText(records);
  const at = format.add(BLOCK_BYTES + size + paddingOf(size));
  const fields = { typeFlag: TYPE_FLAGS.pax, mode: 0o644, uid: 0, gid: 0, size, mtime: 0 };
  const name = `PaxHeaders.0/${asciiEnd(path, LONGEST_NAME - "PaxHeaders.0/".length)}`;
  writeUstar(format.bytes, at, { ...fields, target: "" }, { path: name, slash: -1 });
  const body = at + BLOCK_BYTES;
  if (text.length === size) writeAscii(format.bytes, body, text);
  else new TextEncoder().encodeInto(text, format.bytes.subarray(body));
}

/**
 * The path as ustar's two fields, which a reader joins by a slash; `undefined` when it does not fit
 * or is not ASCII, for ustar does not say in which encoding names are.
 */
function splitPath(path: string): UstarPlace | undefined {
  if (!isAscii(path)) return undefined;
  if (path.length <= LONGEST_NAME) return { path, slash: -1 };
  const slash = path.indexOf("/", path.length - LONGEST_NAME - 1);
  if (slash <= 0 || slash > LONGEST_PREFIX || slash === path.length - 1) return undefined;
  return { path, slash };
}

/** Whether ustar can say all but the path. */
function fitsUstar({ target, size, uid, gid, mtime }: UstarFields): boolean {
  return (target === "" || fitsField(target, LONGEST_NAME)) && size <= LARGEST_NUMBER &&
    uid <= LARGEST_ID && gid <= LARGEST_ID && mtime >= 0 && mtime <= LARGEST_NUMBER;
}

function fitsField(text: string, size: number): boolean {
  return text.length <= size && isAscii(text);
}

function asciiEnd(path: string, size = LONGEST_NAME): string {
  const end = path.endsWith("/") ? path.length - 1 : path.length;
  const text = path.slice(Math.max(0, end - size), end);
  return isPrintable(text) ? text : text.replace(/[^\x20-\x7e]/g, "_");
}
