import { Buffer } from "node:buffer";
import { dataViewOf, wholeNumber } from "./zip_end.ts";

/** What the list of an archive's entries says of one. Sizes and offsets are in bytes. */
export interface ZipRecord {
  /** As the archive has it, one character for each byte. */
  readonly name: string;
  readonly packing: ZipPacking;
  /** As it lies in the archive. */
  readonly size: number;
  /** Without the packing. */
  readonly unpackedSize: number;
  /** The CRC-32 of its content. */
  readonly crc32: number;
  /** Where the header before its bytes lies. */
  readonly headerOffset: number;
}

export type ZipPacking = "none" | "deflate" | "other";

const RECORD = { signature: 0x02014b50, size: 46 } as const;

/**
 * Reads the record at an offset of the list, and says where the next one begins.
 * Specification: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.12)
 *
 * @throws {SyntaxError} when it is cut off, encrypted, a symlink or device, or has a harmful name.
 */
export function readZipRecord(
  directory: Uint8Array,
  start: number,
): { readonly record: ZipRecord; readonly end: number } {
  const view = dataViewOf(directory);
  if (start + RECORD.size > directory.length) throw cutOff();
  if (view.getUint32(start, true) !== RECORD.signature) throw cutOff();
  const nameStart = start + RECORD.size;
  const extraStart = nameStart + view.getUint16(start + 28, true);
  const commentStart = extraStart + view.getUint16(start + 30, true);
  const end = commentStart + view.getUint16(start + 32, true);
  if (end > directory.length) throw cutOff();
  const name = latin1(directory.subarray(nameStart, extraStart));
  requirePlainName(name);
  requireOpen(name, view.getUint16(start + 8, true));
  const attributes = view.getUint32(start + 38, true);
  requireFile(name, { madeBy: view.getUint16(start + 4, true), attributes });
  const packing = packingOf(view.getUint16(start + 10, true));
  const extra = dataViewOf(directory.subarray(extraStart, commentStart));
  const crc32 = view.getUint32(start + 16, true);
  const record = { name, packing, crc32, ...readSizes(view, { start, extra }) };
  requirePossible(record);
  return { record, end };
}

/** Bytes as a text of one character each, so that different bytes are different texts. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

export function packingOf(method: number): ZipPacking {
  if (method === 0) return "none";
  return method === 8 ? "deflate" : "other";
}

function cutOff(): SyntaxError {
  return new SyntaxError("expected the list of a zip archive's entries, found something else");
}

function requirePlainName(name: string): void {
  const parts = name.replace(/\/$/, "").split("/");
  const isPlain = !/[\0\\]|^[A-Za-z]:/.test(name) &&
    parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain) {
    throw new SyntaxError(
      `expected names inside of the zip archive, found ${JSON.stringify(name)}`,
    );
  }
}

const ENCRYPTED = 0x0001;
const STRONGLY_ENCRYPTED = 0x0040;
const HEADERS_ENCRYPTED = 0x2000;

export function requireOpen(name: string, flags: number): void {
  if ((flags & (ENCRYPTED | STRONGLY_ENCRYPTED | HEADERS_ENCRYPTED)) === 0) return;
  throw new SyntaxError(`expected a zip archive without encryption, found ${JSON.stringify(name)}`);
}

const MADE_BY_UNIX = 3;
const MADE_BY_MACOS = 19;
const FILE_TYPE = 0o170000;
const HARMLESS_TYPES = [0, 0o100000, 0o040000];

function requireFile(
  name: string,
  { madeBy, attributes }: { readonly madeBy: number; readonly attributes: number },
): void {
  const system = madeBy >> 8;
  if (system !== MADE_BY_UNIX && system !== MADE_BY_MACOS) return;
  if (HARMLESS_TYPES.includes((attributes >>> 16) & FILE_TYPE)) return;
  throw new SyntaxError(
    `expected files and folders, found ${JSON.stringify(name)} as something else`,
  );
}

type RecordSizes = Pick<ZipRecord, "size" | "unpackedSize" | "headerOffset">;

const IN_ZIP64_FIELD = 0xffffffff;

/** Numbers that do not fit stand in the zip64 field, in this order (4.5.3). */
function readSizes(
  view: DataView,
  { start, extra }: { readonly start: number; readonly extra: DataView },
): RecordSizes {
  const large = zip64Numbers(extra);
  const field = (offset: number) => {
    const value = view.getUint32(start + offset, true);
    if (value !== IN_ZIP64_FIELD) return value;
    const number = large.shift();
    if (number === undefined) throw cutOff();
    return wholeNumber(number);
  };
  const unpackedSize = field(24);
  const size = field(20);
  const headerOffset = field(42);
  return { size, unpackedSize, headerOffset };
}

const ZIP64_FIELD = 0x0001;

function zip64Numbers(extra: DataView): bigint[] {
  const numbers: bigint[] = [];
  for (let next = 0; next + 4 <= extra.byteLength;) {
    const id = extra.getUint16(next, true);
    const end = next + 4 + extra.getUint16(next + 2, true);
    if (end > extra.byteLength) throw cutOff();
    for (let at = next + 4; id === ZIP64_FIELD && at + 8 <= end; at += 8) {
      numbers.push(extra.getBigUint64(at, true));
    }
    next = end;
  }
  return numbers;
}

/** A distance of 258 bytes takes two bits at least. */
const LARGEST_DEFLATE_RATIO = 1032;

/** What unpacks to more than it can is a lie, made so that a reader takes too much memory. */
function requirePossible({ name, packing, size, unpackedSize }: ZipRecord): void {
  const isPossible = packing === "other" ||
    (packing === "none" ? unpackedSize === size : unpackedSize <= size * LARGEST_DEFLATE_RATIO);
  if (isPossible) return;
  throw new SyntaxError(
    `expected a size that can be, found ${unpackedSize} bytes in ${size} of ${
      JSON.stringify(name)
    }`,
  );
}
