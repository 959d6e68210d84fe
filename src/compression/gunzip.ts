/** Members of gzip. Specification: https://www.rfc-editor.org/rfc/rfc1952 */
import { crc32 } from "node:zlib";
import { isGzip } from "./gzip.ts";
import type { Inflater } from "./inflater.ts";

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const DEFLATE = 8;
const FLAGS_OFFSET = 3;
const HAS_HEADER_CRC = 0x02;
const HAS_EXTRA = 0x04;
const HAS_NAME = 0x08;
const HAS_COMMENT = 0x10;
const RESERVED = 0xe0;
/** Names and comments end with a zero, and somewhere they must. */
const LONGEST_TEXT = 64 * 1024;

/**
 * The content of all members that the source consists of, where the inflater's output area has it.
 *
 * @throws {SyntaxError} when a member is damaged or cut off.
 * @throws {RangeError} when something else follows: some readers pass over zeros, others refuse them.
 */
export function* gunzipSteps(inflater: Inflater): Generator<Uint8Array, void> {
  do {
    skipHeader(inflater);
    inflater.beginStream();
    let crc = 0;
    let size = 0;
    for (let chunk; (chunk = inflater.inflate()) !== undefined;) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
    requireTrailer(inflater, { crc, size });
  } while (inflater.left > 0);
}

function skipHeader(inflater: Inflater): void {
  const header = inflater.peek(HEADER_BYTES);
  if (!isGzip(header)) {
    throw new RangeError(
      `expected whole gzip members only, found ${inflater.left} bytes behind`,
    );
  }
  const flags = header[FLAGS_OFFSET]!;
  if (header.length < HEADER_BYTES || header[2] !== DEFLATE || (flags & RESERVED) !== 0) {
    throw new SyntaxError("expected the header of a gzip member, found something else");
  }
  inflater.skip(HEADER_BYTES);
  if ((flags & HAS_EXTRA) !== 0) {
    const [low, high] = exactly(inflater, 2);
    inflater.skip(2);
    skipExactly(inflater, low! + high! * 256);
  }
  if ((flags & HAS_NAME) !== 0) skipText(inflater);
  if ((flags & HAS_COMMENT) !== 0) skipText(inflater);
  if ((flags & HAS_HEADER_CRC) !== 0) skipExactly(inflater, 2);
}

function skipText(inflater: Inflater): void {
  const end = inflater.peek(LONGEST_TEXT).indexOf(0);
  if (end < 0) throw new SyntaxError("expected the end of a text in a gzip header, found none");
  inflater.skip(end + 1);
}

function skipExactly(inflater: Inflater, count: number): void {
  exactly(inflater, count);
  inflater.skip(count);
}

function exactly(inflater: Inflater, count: number): Uint8Array {
  const bytes = inflater.peek(count);
  if (bytes.length < count) throw new SyntaxError("expected whole gzip, found its end too early");
  return bytes;
}

function requireTrailer(
  inflater: Inflater,
  found: { readonly crc: number; readonly size: number },
): void {
  const { buffer, byteOffset } = exactly(inflater, TRAILER_BYTES);
  const trailer = new DataView(buffer, byteOffset, TRAILER_BYTES);
  const isRight = trailer.getUint32(0, true) === found.crc &&
    trailer.getUint32(4, true) === found.size % 2 ** 32;
  if (!isRight) throw new SyntaxError("expected the checksum and size of its gzip, found others");
  inflater.skip(TRAILER_BYTES);
}
