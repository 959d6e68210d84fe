/**
 * zstd frames as this program writes them.
 * Specification: https://www.rfc-editor.org/rfc/rfc8878
 */
import { constants, zstdCompressSync } from "node:zlib";

export const DEFAULT_ZSTD_LEVEL = 3;

/** A frame that states its content's size, without a checksum: every blob has its digest. */
export function zstdFrame(bytes: Uint8Array, level: number): Uint8Array {
  return zstdCompressSync(bytes, {
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 0,
    },
  });
}

/** Whether bytes begin as a zstd frame does. */
export function isZstd(bytes: Uint8Array): boolean {
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
}
