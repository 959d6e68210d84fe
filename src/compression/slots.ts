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

/** Bytes in a slot, behind those of the parts before it. */
export interface SlotPart {
  readonly kind: "tar" | "packed";
  readonly size: number;
}

/** A slot, and what the worker has put into it. */
export interface FilledSlot {
  readonly slot: number;
  readonly parts: readonly SlotPart[];
}

/** A message for each slot: fewer would cost memory, more would cost the time to wake a thread. */
const SLOT_BYTES = 512 * 1024;
/** Two pieces of a layer: so much may a worker be ahead of the one whose turn it is. */
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
  readonly #send: (filled: FilledSlot) => void;
  #count = 0;
  #filled = 0;
  #parts: SlotPart[] = [];

  /** @param send Told of each slot that is full, or flushed. */
  constructor(slots: SharedSlots, send: (filled: FilledSlot) => void) {
    this.#bytes = new Uint8Array(slots.bytes);
    this.#returned = new Int32Array(slots.returned);
    this.#send = send;
  }

  /** Copies bytes into the next slots. Blocks until there are some. */
  write(kind: SlotPart["kind"], bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      if (this.#filled === 0) this.#waitForSlot();
      const part = bytes.subarray(offset, offset + SLOT_BYTES - this.#filled);
      this.#bytes.set(part, this.#slot * SLOT_BYTES + this.#filled);
      this.#parts.push({ kind, size: part.length });
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === SLOT_BYTES) this.flush();
    }
  }

  /** Sends what has been written so far. */
  flush(): void {
    if (this.#filled === 0) return;
    this.#send({ slot: this.#slot, parts: this.#parts });
    this.#count = this.#count + 1 | 0;
    this.#filled = 0;
    this.#parts = [];
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

  /** What is in a slot, which is given back when the last part has been read. */
  *read({ slot, parts }: FilledSlot): Generator<SlotPart & { readonly bytes: Uint8Array }> {
    let offset = slot * SLOT_BYTES;
    for (const { kind, size } of parts) {
      yield { kind, size, bytes: this.#bytes.subarray(offset, offset + size) };
      offset += size;
    }
    Atomics.add(this.#returned, 0, 1);
    Atomics.notify(this.#returned, 0);
  }
}
