/**
 * Bytes on their way from one thread to another, in memory that both share: a ring that one writes
 * and the other reads. Nothing is copied between threads nor left to the garbage collector, and who
 * is ahead waits, so that memory does not grow with the layer. Both ends block their threads.
 */
export interface SharedRing {
  readonly bytes: SharedArrayBuffer;
  /** Two Int32: how many bytes were written and read so far, wrapping around. */
  readonly counts: SharedArrayBuffer;
}

/** Two pieces of a layer: so much may a worker be ahead of the one whose turn it is. */
const RING_BYTES = 8 * 1024 * 1024;
/** Fewer at a time would cost the time to wake a thread. */
const BATCH_BYTES = 256 * 1024;

const WRITTEN = 0;
const READ = 1;

export function createRing(): SharedRing {
  return {
    bytes: new SharedArrayBuffer(RING_BYTES),
    counts: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
  };
}

export class RingWriter {
  readonly #bytes: Uint8Array;
  readonly #counts: Int32Array;
  /** How many were written, told to the reader or not. */
  #written = 0;

  constructor(ring: SharedRing) {
    this.#bytes = new Uint8Array(ring.bytes);
    this.#counts = new Int32Array(ring.counts);
  }

  /** Copies bytes into the ring. Blocks while it is full. */
  write(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      const place = (this.#written >>> 0) % RING_BYTES;
      const room = Math.min(this.#waitForRoom(), RING_BYTES - place, BATCH_BYTES);
      const part = bytes.subarray(offset, offset + room);
      this.#bytes.set(part, place);
      this.#written = this.#written + part.length | 0;
      offset += part.length;
      const untold = this.#written - Atomics.load(this.#counts, WRITTEN) | 0;
      if (untold >= BATCH_BYTES) this.flush();
    }
  }

  /** Tells the reader of all that was written. */
  flush(): void {
    Atomics.store(this.#counts, WRITTEN, this.#written);
    Atomics.notify(this.#counts, WRITTEN);
  }

  #waitForRoom(): number {
    for (;;) {
      const read = Atomics.load(this.#counts, READ);
      const room = RING_BYTES - (this.#written - read | 0);
      if (room > 0) return room;
      this.flush();
      Atomics.wait(this.#counts, READ, read);
    }
  }
}

/**
 * Reads the next bytes of a ring. Blocks until they have been written.
 *
 * @param take Given them in parts, each of them valid during the call alone.
 */
export function readRing(ring: SharedRing, size: number, take: (bytes: Uint8Array) => void): void {
  const bytes = new Uint8Array(ring.bytes);
  const counts = new Int32Array(ring.counts);
  for (let left = size; left > 0;) {
    const read = Atomics.load(counts, READ);
    const written = Atomics.load(counts, WRITTEN);
    const place = (read >>> 0) % RING_BYTES;
    const ready = Math.min(written - read | 0, left, RING_BYTES - place, BATCH_BYTES);
    if (ready === 0) {
      Atomics.wait(counts, WRITTEN, written);
      continue;
    }
    take(bytes.subarray(place, place + ready));
    left -= ready;
    Atomics.store(counts, READ, read + ready | 0);
    Atomics.notify(counts, READ);
  }
}
