/**
 * Memory that a worker and the main thread share: a ring of slots that the worker fills in order and
 * the main thread gives back in the same order. Nothing is copied between threads nor left to the
 * garbage collector, and a worker that is ahead waits, so that memory does not grow with the layer.
 */
export interface SharedSlots {
  readonly bytes: SharedArrayBuffer;
  /** One Int32: how many slots were given back so far, wrapping around. */
  readonly returned: SharedArrayBuffer;
}

export const SLOT_BYTES = 1024 * 1024;
const SLOT_COUNT = 24;

export function createSlots(): SharedSlots {
  return {
    bytes: new SharedArrayBuffer(SLOT_BYTES * SLOT_COUNT),
    returned: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  };
}

/** The worker's end. */
export class SlotWriter {
  readonly #bytes: Uint8Array;
  readonly #returned: Int32Array;
  #filled = 0;

  constructor(slots: SharedSlots) {
    this.#bytes = new Uint8Array(slots.bytes);
    this.#returned = new Int32Array(slots.returned);
  }

  /** Copies at most a slot's bytes into the next slot, and returns its number. Blocks until it is free. */
  fill(bytes: Uint8Array): number {
    for (;;) {
      const returned = Atomics.load(this.#returned, 0);
      if ((this.#filled - returned | 0) < SLOT_COUNT) break;
      Atomics.wait(this.#returned, 0, returned);
    }
    const slot = (this.#filled >>> 0) % SLOT_COUNT;
    this.#bytes.set(bytes, slot * SLOT_BYTES);
    this.#filled = this.#filled + 1 | 0;
    return slot;
  }
}

/** The main thread's end. */
export class SlotReader {
  readonly #bytes: Uint8Array;
  readonly #returned: Int32Array;

  constructor(slots: SharedSlots) {
    this.#bytes = new Uint8Array(slots.bytes);
    this.#returned = new Int32Array(slots.returned);
  }

  /** A slot's bytes, valid until `giveBack`. */
  read(slot: number, size: number): Uint8Array {
    return this.#bytes.subarray(slot * SLOT_BYTES, slot * SLOT_BYTES + size);
  }

  /** Gives back the slot that has been read for the longest. */
  giveBack(): void {
    Atomics.add(this.#returned, 0, 1);
    Atomics.notify(this.#returned, 0);
  }
}
