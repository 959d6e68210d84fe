const SLAB_BYTES = 64 * 1024;

/**
 * Bytes of the format itself, one header behind the other: a layer has hundreds of thousands, and
 * an array for each would be the greater work for the garbage collector.
 */
export class FormatBytes {
  #bytes = new Uint8Array(SLAB_BYTES);
  #start = 0;
  #end = 0;

  /** How many were added and not taken. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Where the bytes that were added last stand. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Adds zeros, to be written to. @returns Where they stand in `bytes`, which may be others now. */
  add(size: number): number {
    if (this.#end + size > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(SLAB_BYTES, this.size + size));
      bytes.set(this.#bytes.subarray(this.#start, this.#end));
      this.#bytes = bytes;
      this.#end = this.size;
      this.#start = 0;
    }
    const at = this.#end;
    this.#end += size;
    return at;
  }

  /** All that was added since the last time. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }
}
