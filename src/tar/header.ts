/**
 * Headers of tar entries: ustar, with a PAX header before it for what ustar cannot say.
 *
 * Specification: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 * Written here because no library on npm gives headers alone, which splicing needs.
 */
import type { TarEntry } from "./entry.ts";
import { encodePaxRecords } from "./pax.ts";
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

/** The header of an entry: 512 bytes, or more when it needs a PAX header. */
export function encodeHeader(entry: TarEntry): Uint8Array {
  const fields = ustarFields(entry);
  const place = splitPath(fields.path);
  if (place !== undefined && fitsUstar(fields)) {
    const header = newBytes(BLOCK_BYTES);
    writeUstar(header, fields, place);
    return header;
  }
  const records = new Map<string, string>();
  if (place === undefined) records.set("path", fields.path);
  if (!fitsField(fields.target, LONGEST_NAME)) records.set("linkpath", fields.target);
  if (fields.size > LARGEST_NUMBER) records.set("size", String(fields.size));
  if (fields.uid > LARGEST_ID) records.set("uid", String(fields.uid));
  if (fields.gid > LARGEST_ID) records.set("gid", String(fields.gid));
  if (fields.mtime < 0 || fields.mtime > LARGEST_NUMBER) records.set("mtime", String(fields.mtime));
  const body = encodePaxRecords(records);
  const paxSize = BLOCK_BYTES + body.length + paddingOf(body.length);
  const header = newBytes(paxSize + BLOCK_BYTES);
  writePaxHeader(header, fields, body.length);
  header.set(body, BLOCK_BYTES);
  // What a reader without PAX sees: as much as fits.
  writeUstar(header.subarray(paxSize), {
    ...fields,
    target: records.has("linkpath") ? asciiEnd(fields.target) : fields.target,
    size: records.has("size") ? 0 : fields.size,
    uid: records.has("uid") ? 0 : fields.uid,
    gid: records.has("gid") ? 0 : fields.gid,
    mtime: records.has("mtime") ? 0 : fields.mtime,
  }, place ?? { prefix: "", name: asciiEnd(fields.path) });
  return header;
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

function writePaxHeader(block: Uint8Array, { path }: Fields, size: number): void {
  const fields = { typeFlag: TYPE_FLAGS.pax, mode: 0o644, uid: 0, gid: 0, size, mtime: 0 };
  const name = `PaxHeaders.0/${asciiEnd(path, LONGEST_NAME - "PaxHeaders.0/".length)}`;
  writeUstar(block, { ...fields, target: "" }, { prefix: "", name });
}

/**
 * The path as ustar's two fields, which a reader joins by a slash; `undefined` when it does not fit
 * or is not ASCII, for ustar does not say in which encoding names are.
 */
function splitPath(path: string): UstarPlace | undefined {
  if (!isAscii(path)) return undefined;
  if (path.length <= LONGEST_NAME) return { prefix: "", name: path };
  const slash = path.indexOf("/", path.length - LONGEST_NAME - 1);
  if (slash <= 0 || slash > LONGEST_PREFIX || slash === path.length - 1) return undefined;
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** Whether ustar can say all but the path. */
function fitsUstar({ target, size, uid, gid, mtime }: UstarFields): boolean {
  return (target === "" || fitsField(target, LONGEST_NAME)) && size <= LARGEST_NUMBER &&
    uid <= LARGEST_ID && gid <= LARGEST_ID && mtime >= 0 && mtime <= LARGEST_NUMBER;
}

function fitsField(text: string, size: number): boolean {
  return text.length <= size && isAscii(text);
}

function isAscii(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return /^[\x01-\x7f]*$/.test(text);
}

function asciiEnd(path: string, size = LONGEST_NAME): string {
  return path.replace(/\/$/, "").replace(/[^\x20-\x7e]/g, "_").slice(-size);
}

const SLAB_BYTES = 128 * BLOCK_BYTES;
let slab = new Uint8Array(0);

/** Of memory for many: a buffer for each would be the greater work for the garbage collector. */
function newBytes(size: number): Uint8Array {
  if (slab.length < size) slab = new Uint8Array(Math.max(SLAB_BYTES, size));
  const bytes = slab.subarray(0, size);
  slab = slab.subarray(size);
  return bytes;
}
