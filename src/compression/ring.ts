/**
 * Bytes on their way from one thread to another: a ring in memory that both share, which one writes
 * and the other reads. Nothing is copied between threads nor left to the garbage collector, and who
 * is ahead waits, so that memory does not grow with the layer. Both ends block their threads.
 */
export interface SharedRing {
  readonly bytes: SharedArrayBuffer;
  /** Where the ring begins in the memory. */
  readonly start: number;
  /** Two Int32: how many bytes were written and read so far, wrapping around. */
  readonly counts: SharedArrayBuffer;
}

/** Two pieces of a layer: so much may a worker be ahead of the one whose turn it is. A power of two. */
export const RING_BYTES = 8 * 1024 * 1024;
/** What is written or read at a time, to stay in the processor's cache. */
export const STEP_BYTES = 256 * 1024;
/** The reader is told of so many: fewer would cost the time to wake a thread. */
export const TELL_BYTES = 1024 * 1024;

const WRITTEN = 0;
const READ = 1;

/** No byte was written yet, and none read. */
export function createCounts(): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
}

/** Where in the ring the byte after so many stands. */
export function placeInRing(count: number): number {
  return (count >>> 0) % RING_BYTES;
}

/** What the writer of a ring knows of its reader. */
export interface RingReader {
  /** Waits until so many bytes are free. */
  waitForRoom(written: number, room: number): void;
  /** Told that all these may be read. */
  tell(written: number): void;
}

/** A reader in another thread. */
export class DistantReader implements RingReader {
  readonly #counts: Int32Array;

  constructor(counts: SharedArrayBuffer) {
    this.#counts = new Int32Array(counts);
  }

  waitForRoom(written: number, room: number): void {
    for (;;) {
      const read = Atomics.load(this.#counts, READ);
      if (RING_BYTES - (written - read | 0) >= room) return;
      this.tell(written);
      Atomics.wait(this.#counts, READ, read);
    }
  }

  tell(written: number): void {
    Atomics.store(this.#counts, WRITTEN, written);
    Atomics.notify(this.#counts, WRITTEN);
  }
}

/**
 * Reads the next bytes of a ring. Blocks until they have been written.
 *
 * @param take Given them in parts, each of them valid during the call alone.
 */
export function readRing(
  { bytes, start, counts }: SharedRing,
  size: number,
  take: (bytes: Uint8Array) => void,
): void {
  const ring = new Uint8Array(bytes, start, RING_BYTES);
  const count = new Int32Array(counts);
  for (let left = size; left > 0;) {
    const read = Atomics.load(count, READ);
    const written = Atomics.load(count, WRITTEN);
    const place = placeInRing(read);
    const ready = Math.min(written - read | 0, left, RING_BYTES - place, STEP_BYTES);
    if (ready === 0) {
      Atomics.wait(count, WRITTEN, written);
      continue;
    }
    take(ring.subarray(place, place + ready));
    left -= ready;
    Atomics.store(count, READ, read + ready | 0);
    Atomics.notify(count, READ);
  }
}
