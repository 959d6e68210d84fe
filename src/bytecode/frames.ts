import { concat } from "../bytes/mod.ts";

/** Puts together what comes in pieces: each part stands behind its length, little-endian, four bytes. */
export class Frames {
  #parts: Uint8Array[] = [];
  #size = 0;
  readonly #take: (frame: Uint8Array) => void;

  constructor(take: (frame: Uint8Array) => void) {
    this.#take = take;
  }

  add(piece: Uint8Array): void {
    this.#parts.push(piece);
    this.#size += piece.length;
    while (this.#size >= LENGTH_BYTES) {
      const first = this.#first();
      const end = LENGTH_BYTES + new DataView(first.buffer, first.byteOffset).getUint32(0, true);
      if (this.#size < end) return;
      const all = this.#whole();
      this.#take(all.slice(LENGTH_BYTES, end));
      this.#parts = [all.subarray(end)];
      this.#size -= end;
    }
  }

  /** The first piece, which has the length. */
  #first(): Uint8Array {
    const [first] = this.#parts;
    return first!.length >= LENGTH_BYTES ? first! : this.#whole();
  }

  #whole(): Uint8Array {
    const all = concat(this.#parts);
    this.#parts = [all];
    return all;
  }
}

const LENGTH_BYTES = 4;

/** The lengths of some parts, and the parts behind them. */
export function frame(...parts: readonly Uint8Array[]): Uint8Array {
  const lengths = new DataView(new ArrayBuffer(LENGTH_BYTES * parts.length));
  parts.forEach(({ length }, at) => lengths.setUint32(LENGTH_BYTES * at, length, true));
  return concat([new Uint8Array(lengths.buffer), ...parts]);
}
