import { crc32 } from "node:zlib";

/** How many bytes one checksum is of; the last may be of fewer. */
export const CHECKSUM_BYTES = 1024 * 1024;

/**
 * CRC-32 of each MiB that passes by. They tell damage for a small part of what SHA-256 costs, but are
 * no proof against somebody who means to deceive.
 */
export class Checksums {
  readonly #finished: number[] = [];
  #crc = 0;
  /** Bytes of the MiB that has been begun. */
  #size = 0;

  update(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      const part = bytes.subarray(offset, offset + CHECKSUM_BYTES - this.#size);
      this.#crc = crc32(part, this.#crc);
      this.#size += part.length;
      offset += part.length;
      if (this.#size === CHECKSUM_BYTES) this.#end();
    }
  }

  /** Ends them: no update may follow. */
  finish(): readonly number[] {
    if (this.#size > 0) this.#end();
    return this.#finished;
  }

  #end(): void {
    this.#finished.push(this.#crc);
    this.#crc = 0;
    this.#size = 0;
  }
}
