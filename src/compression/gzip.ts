/**
 * gzip members as this program writes them.
 * Specification: https://www.rfc-editor.org/rfc/rfc1952
 */
import { constants, createGzip, gzipSync } from "node:zlib";
import { concat } from "../bytes/mod.ts";
import { release } from "./release.ts";
import { throughZlib } from "./through_zlib.ts";

/** The fastest: what is packed by us is the smaller part, and the library's own bytes are of level 1 too. */
export const DEFAULT_GZIP_LEVEL = constants.Z_BEST_SPEED;

const XFL_OFFSET = 8;
const OS_OFFSET = 9;
const OS_UNKNOWN = 255;
/** More than a member of stored blocks is larger than its content: one buffer is enough then. */
const SPARE_BYTES = 64 * 1024;

/**
 * A gzip member whose header says nothing of the machine that it was made on. What does not get
 * smaller is stored: level 1 makes a twentieth more of content that is packed already.
 */
export function gzipMember(bytes: Uint8Array, level: number): Uint8Array {
  const chunkSize = bytes.length + SPARE_BYTES;
  const packed = gzipSync(bytes, { level, chunkSize });
  if (packed.length < bytes.length) return sayNothing(packed);
  release(packed);
  return sayNothing(gzipSync(bytes, { level: constants.Z_NO_COMPRESSION, chunkSize }));
}

/** One member of content that comes in steps and is packed as it comes. */
export async function gzipSteps(
  steps: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  level: number = DEFAULT_GZIP_LEVEL,
): Promise<Uint8Array> {
  const packed: Uint8Array[] = [];
  const gzip = createGzip({ level });
  for await (const step of throughZlib(steps, gzip)) packed.push(step);
  return sayNothing(concat(packed));
}

function sayNothing(member: Uint8Array): Uint8Array {
  member[XFL_OFFSET] = 0;
  member[OS_OFFSET] = OS_UNKNOWN;
  return member;
}

/** Whether bytes begin as a gzip member does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
