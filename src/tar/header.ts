/**
 * Headers of tar entries: ustar, with a PAX header before it for what ustar cannot say.
 *
 * Specification: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 * Written here because no library on npm gives headers alone, which splicing needs.
 */
import { concat } from "../bytes/mod.ts";
import type { TarEntry } from "./entry.ts";
import { encodePaxRecords } from "./pax.ts";

/** Everything in a tar is a multiple of this many bytes. */
export const BLOCK_BYTES = 512;

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
  const records = new Map<string, string>();
  const place = splitPath(fields.path);
  if (place === undefined) records.set("path", fields.path);
  if (!fitsField(fields.target, LONGEST_NAME)) records.set("linkpath", fields.target);
  if (fields.size > LARGEST_NUMBER) records.set("size", String(fields.size));
  if (fields.uid > LARGEST_ID) records.set("uid", String(fields.uid));
  if (fields.gid > LARGEST_ID) records.set("gid", String(fields.gid));
  if (fields.mtime < 0 || fields.mtime > LARGEST_NUMBER) records.set("mtime", String(fields.mtime));
  if (records.size === 0 && place !== undefined) return encodeUstar(fields, place);
  const header = encodeUstar({
    ...fields,
    // What a reader without PAX sees: as much as fits.
    target: records.has("linkpath") ? asciiEnd(fields.target) : fields.target,
    size: records.has("size") ? 0 : fields.size,
    uid: records.has("uid") ? 0 : fields.uid,
    gid: records.has("gid") ? 0 : fields.gid,
    mtime: records.has("mtime") ? 0 : fields.mtime,
  }, place ?? { prefix: "", name: asciiEnd(fields.path) });
  return concat([encodePaxHeader(fields, records), header]);
}

interface UstarFields {
  readonly path: string;
  readonly typeFlag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly target: string;
}

function ustarFields(entry: TarEntry): UstarFields {
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

/** A path in ustar's two fields. */
interface UstarPlace {
  readonly prefix: string;
  readonly name: string;
}

function encodePaxHeader(fields: UstarFields, records: ReadonlyMap<string, string>): Uint8Array {
  const body = encodePaxRecords(records);
  const header = encodeUstar({
    ...fields,
    typeFlag: TYPE_FLAGS.pax,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: body.length,
    mtime: 0,
    target: "",
  }, {
    prefix: "",
    name: `PaxHeaders.0/${asciiEnd(fields.path, LONGEST_NAME - "PaxHeaders.0/".length)}`,
  });
  return concat([header, body, new Uint8Array(paddingOf(body.length))]);
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

function encodeUstar(
  fields: Omit<UstarFields, "path">,
  { prefix, name }: UstarPlace,
): Uint8Array {
  const block = newBlock();
  // Of a large environment there are hundreds of thousands: summed up while they are written.
  let sum = writeText(block, 0, name);
  sum += writeOctal(block, 100, 8, fields.mode);
  sum += writeOctal(block, 108, 8, fields.uid);
  sum += writeOctal(block, 116, 8, fields.gid);
  sum += writeOctal(block, 124, 12, fields.size);
  sum += writeOctal(block, 136, 12, fields.mtime);
  sum += writeText(block, 148, "        "); // The checksum counts itself as spaces.
  sum += writeText(block, 156, fields.typeFlag);
  sum += writeText(block, 157, fields.target);
  sum += writeText(block, 257, "ustar\x0000");
  sum += writeOctal(block, 329, 8, 0);
  sum += writeOctal(block, 337, 8, 0);
  sum += writeText(block, 345, prefix);
  writeOctal(block, 148, 7, sum);
  block[154] = 0; // And then the last of the spaces.
  return block;
}

const SLAB_BYTES = 128 * BLOCK_BYTES;
let slab = new Uint8Array(0);

/** Of memory for many: a buffer for each would be the greater work for the garbage collector. */
function newBlock(): Uint8Array {
  if (slab.length === 0) slab = new Uint8Array(SLAB_BYTES);
  const block = slab.subarray(0, BLOCK_BYTES);
  slab = slab.subarray(BLOCK_BYTES);
  return block;
}

/** Returns the sum of the bytes. */
function writeText(block: Uint8Array, offset: number, text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i);
    block[offset + i] = byte;
    sum += byte;
  }
  return sum;
}

const ZERO = 0x30;

/** Digits up to the last byte of the field, which is a NUL. Returns the sum of the bytes. */
function writeOctal(block: Uint8Array, offset: number, size: number, value: number): number {
  let sum = 0;
  let left = value;
  for (let at = offset + size - 2; at >= offset; at--) {
    const digit = ZERO + left % 8;
    block[at] = digit;
    sum += digit;
    left = Math.floor(left / 8);
  }
  return sum;
}
