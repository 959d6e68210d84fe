import { BLOCK_BYTES } from "./ustar.ts";
import { decodeName } from "./reader_text.ts";

/** One 512-byte header, as it is stored, before PAX records and GNU's long names are applied. */
export interface RawHeader {
  /** One character, "\0" in headers older than POSIX. */
  readonly typeflag: string;
  readonly path: string;
  readonly linkpath: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
}

/**
 * Reads a ustar, GNU, star or Unix V7 header.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 and
 * https://www.gnu.org/software/tar/manual/html_node/Standard.html
 *
 * @throws {SyntaxError} when its checksum is wrong or a number is none.
 */
export function parseTarHeader(block: Uint8Array): RawHeader {
  requireChecksum(block);
  const name = text(block, 0, 100);
  const prefix = readPrefix(block);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    mode: number(block, 100, 8, "mode"),
    uid: number(block, 108, 8, "uid"),
    gid: number(block, 116, 8, "gid"),
    size: number(block, 124, 12, "size"),
    mtime: number(block, 136, 12, "mtime"),
    typeflag: String.fromCharCode(block[156]!),
    linkpath: text(block, 157, 100),
  };
}

export function isZeroBlock(block: Uint8Array): boolean {
  for (let i = 0; i < BLOCK_BYTES; i++) if (block[i] !== 0) return false;
  return true;
}

/** The sum of all bytes with the checksum's own as spaces; some old writers took them as signed. */
function requireChecksum(block: Uint8Array): void {
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let i = 0; i < BLOCK_BYTES; i++) {
    if (i >= 148 && i < 156) continue;
    const byte = block[i]!;
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  const stored = number(block, 148, 8, "checksum");
  if (stored !== unsigned && stored !== signed) {
    throw new SyntaxError(`expected the header checksum ${unsigned}, found ${stored}`);
  }
}

/** POSIX's folder part of a long path. GNU's own headers keep times and sparse maps in its place. */
function readPrefix(block: Uint8Array): string {
  const isPosix = text(block, 257, 6) === "ustar" && block[262] === 0;
  if (!isPosix) return "";
  const isStar = text(block, 508, 4) === "tar";
  return text(block, 345, isStar ? 131 : 155);
}

/** Text up to its first NUL. */
function text(block: Uint8Array, offset: number, size: number): string {
  const field = block.subarray(offset, offset + size);
  const end = field.indexOf(0);
  return decodeName(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits, or, for numbers that these cannot hold, big-endian bytes marked by the first bit. */
function number(block: Uint8Array, offset: number, size: number, name: string): number {
  const field = block.subarray(offset, offset + size);
  const value = field[0]! >= 0x80 ? binary(field) : octal(field);
  if (!Number.isSafeInteger(value)) {
    throw new SyntaxError(`expected a number as "${name}" of a tar header, found none`);
  }
  return value;
}

/** Two's complement in all bits but the first. */
function binary(field: Uint8Array): number {
  const isNegative = (field[0]! & 0x40) !== 0;
  let value = isNegative ? (field[0]! & 0x3f) - 0x40 : field[0]! & 0x3f;
  for (let i = 1; i < field.length; i++) value = value * 256 + field[i]!;
  return value;
}

/** Digits between any spaces and NULs; none is zero. NaN for anything else. */
function octal(field: Uint8Array): number {
  let start = 0;
  let end = field.length;
  while (start < end && isBlank(field[start]!)) start++;
  // A NUL after the digits ends them, whatever follows it.
  const nul = field.indexOf(0, start);
  if (nul >= 0) end = nul;
  while (end > start && isBlank(field[end - 1]!)) end--;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = field[i]! - 0x30;
    if (digit < 0 || digit > 7) return NaN;
    value = value * 8 + digit;
  }
  return value;
}

function isBlank(byte: number): boolean {
  return byte === 0 || byte === 0x20;
}
