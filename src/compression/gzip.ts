/**
 * gzip members as this program writes them.
 * Specification: https://www.rfc-editor.org/rfc/rfc1952
 */
import { constants, gzipSync } from "node:zlib";

/** The fastest: what is packed by us is the smaller part, and the library's own bytes are of level 1 too. */
export const DEFAULT_GZIP_LEVEL = constants.Z_BEST_SPEED;

const XFL_OFFSET = 8;
const OS_OFFSET = 9;
const OS_UNKNOWN = 255;
/** More than a member of stored blocks is larger than its content: one buffer is enough then. */
const SPARE_BYTES = 64 * 1024;

/** A gzip member whose header says nothing of the machine that it was made on. */
export function gzipMember(bytes: Uint8Array, level: number): Uint8Array {
  const member = gzipSync(bytes, { level, chunkSize: bytes.length + SPARE_BYTES });
  member[XFL_OFFSET] = 0;
  member[OS_OFFSET] = OS_UNKNOWN;
  return member;
}

/** A small gzip file of our own. */
export function gzipBytes(bytes: Uint8Array): Uint8Array {
  return gzipMember(bytes, DEFAULT_GZIP_LEVEL);
}

/** Whether bytes begin as a gzip member does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
