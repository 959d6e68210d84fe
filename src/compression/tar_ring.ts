import { HISTORY_BYTES, OUTPUT_SPARE, OUTPUT_START } from "./inflate_memory.ts";
import type { OutputArea } from "./output_area.ts";
import { placeInRing, RING_BYTES, type RingReader, STEP_BYTES, TELL_BYTES } from "./ring.ts";

/**
 * A piece's bytes of the tar, where they are made: content is inflated into the very memory that
 * another thread hashes. So it is a ring and an {@linkcode OutputArea} at once.
 */
export class TarRing implements OutputArea {
  readonly memory: WebAssembly.Memory;
  readonly #bytes: Uint8Array;
  readonly #reader: RingReader;
  /** How many bytes were written so far, and how many the reader was told of, wrapping around. */
  #written = 0;
  #told = 0;
  /** Bytes of the content that is being written. */
  #contentBytes = 0;
  to = 0;
  toEnd = 0;
  history = 0;

  constructor(memory: WebAssembly.Memory, reader: RingReader) {
    this.memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#reader = reader;
  }

  /** Adds bytes that were made elsewhere. */
  write(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      this.reserve();
      const part = bytes.subarray(offset, offset + this.toEnd - this.to);
      this.#bytes.set(part, this.to);
      this.take(this.to + part.length);
      offset += part.length;
    }
  }

  begin(): void {
    this.#contentBytes = 0;
  }

  reserve(): void {
    this.#reader.waitForRoom(this.#written, STEP_BYTES + OUTPUT_SPARE);
    const place = placeInRing(this.#written);
    this.to = OUTPUT_START + place;
    this.toEnd = OUTPUT_START + Math.min(place + STEP_BYTES, RING_BYTES);
    this.history = this.to - Math.min(this.#contentBytes, place + HISTORY_BYTES);
  }

  take(end: number): void {
    const count = end - this.to;
    const ringEnd = OUTPUT_START + RING_BYTES;
    if (end >= ringEnd) {
      // What was put behind the end goes on at the beginning, and may refer to what is before it.
      this.#bytes.copyWithin(OUTPUT_START, ringEnd, end);
      this.#bytes.copyWithin(OUTPUT_START - HISTORY_BYTES, ringEnd - HISTORY_BYTES, ringEnd);
    }
    this.#written = this.#written + count | 0;
    this.#contentBytes += count;
    if ((this.#written - this.#told | 0) >= TELL_BYTES) this.flush();
  }

  /** The bytes that were written last, as they stand there, or copied together. */
  last(size: number): Uint8Array {
    const place = placeInRing(this.#written - size);
    const start = OUTPUT_START + place;
    if (place + size <= RING_BYTES) return this.#bytes.subarray(start, start + size);
    const bytes = new Uint8Array(size);
    const beginning = this.#bytes.subarray(start, OUTPUT_START + RING_BYTES);
    bytes.set(beginning);
    bytes.set(
      this.#bytes.subarray(OUTPUT_START, OUTPUT_START + size - beginning.length),
      beginning.length,
    );
    return bytes;
  }

  /** How many bytes were written so far, wrapping around at 2^32. */
  get written(): number {
    return this.#written >>> 0;
  }

  /** Lets the reader have all that was written. */
  flush(): void {
    this.#told = this.#written;
    this.#reader.tell(this.#written);
  }
}
