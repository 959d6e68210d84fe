/**
 * Memory that a worker and the main thread share: a ring of slots that the worker fills in order and
 * the main thread gives back in the same order. Nothing is copied between threads nor left to the
 * garbage collector, and a worker that is ahead waits, so that memory does not grow with the layer.
 * A message goes with each slot, for the main thread must not wait as the reader of a ring does.
 */
export interface SharedSlots {
  readonly bytes: SharedArrayBuffer;
  /** One Int32: how many slots were given back so far, wrapping around. */
  readonly returned: SharedArrayBuffer;
}

/** A slot that the worker has put bytes into, from its beginning on. */
export interface FilledSlot {
  readonly slot: number;
  readonly size: number;
}

/** A message for each slot: fewer would cost memory, more would cost the time to wake a thread. */
const SLOT_BYTES = 1024 * 1024;
/** Two pieces of a layer: so much may a worker be ahead of the one whose turn it is. */
const SLOT_COUNT = 8;

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
  readonly #send: (filled: FilledSlot) => void;
  #count = 0;
  #filled = 0;

  /** @param send Told of each slot that is full. */
  constructor(slots: SharedSlots, send: (filled: FilledSlot) => void) {
    this.#bytes = new Uint8Array(slots.bytes);
    this.#returned = new Int32Array(slots.returned);
    this.#send = send;
  }

  /** Copies bytes into the next slots. Blocks until there are some. */
  write(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      if (this.#filled === 0) this.#waitForSlot();
      const part = bytes.subarray(offset, offset + SLOT_BYTES - this.#filled);
      this.#bytes.set(part, this.#slot * SLOT_BYTES + this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === SLOT_BYTES) this.#send(this.end()!);
    }
  }

  /** The slot that has been begun, if there is one: what is written next goes into another. */
  end(): FilledSlot | undefined {
    if (this.#filled === 0) return undefined;
    const filled = { slot: this.#slot, size: this.#filled };
    this.#count = this.#count + 1 | 0;
    this.#filled = 0;
    return filled;
  }

  get #slot(): number {
    return (this.#count >>> 0) % SLOT_COUNT;
  }

  #waitForSlot(): void {
    for (;;) {
      const returned = Atomics.load(this.#returned, 0);
      if ((this.#count - returned | 0) < SLOT_COUNT) return;
      Atomics.wait(this.#returned, 0, returned);
    }
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

  /** Gives what is in a slot to `take`, during the call alone, and the slot back. */
  read({ slot, size }: FilledSlot, take: (bytes: Uint8Array) => void): void {
    const offset = slot * SLOT_BYTES;
    take(this.#bytes.subarray(offset, offset + size));
    Atomics.add(this.#returned, 0, 1);
    Atomics.notify(this.#returned, 0);
  }
}
