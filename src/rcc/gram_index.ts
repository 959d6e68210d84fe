import { Buffer } from "node:buffer";

/** Four bytes at a time: the shortest secret that is looked for has as many. */
const GRAM_BYTES = 4;
const INDEX_BITS = 22;

/**
 * Which runs of four bytes stand in some bytes. A text with a run that does not stand there is not in
 * them; one with none that is missing may be. No secret is needed to make it, so that it can be kept:
 * a secret that becomes known later can be looked for without reading the bytes again.
 */
export class GramIndex {
  readonly #bits: Uint8Array;

  constructor(bits: Uint8Array = new Uint8Array(2 ** INDEX_BITS / 8)) {
    this.#bits = bits;
  }

  /** Bytes that follow nothing and are followed by nothing: a whole file. */
  add(bytes: Uint8Array): void {
    let gram = 0;
    for (let i = 0; i < bytes.length; i++) {
      gram = (gram << 8) | bytes[i]!;
      if (i < GRAM_BYTES - 1) continue;
      const bit = bitOf(gram);
      this.#bits[bit >>> 3]! |= 1 << (bit & 7);
    }
  }

  mayHold(bytes: Uint8Array): boolean {
    let gram = 0;
    for (let i = 0; i < bytes.length; i++) {
      gram = (gram << 8) | bytes[i]!;
      if (i < GRAM_BYTES - 1) continue;
      const bit = bitOf(gram);
      if ((this.#bits[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }

  /** As JSON can hold it. */
  encode(): string {
    return Buffer.from(this.#bits).toString("base64");
  }

  /** @returns `undefined` for what is no index. */
  static decode(text: unknown): GramIndex | undefined {
    if (typeof text !== "string") return undefined;
    const bits = Buffer.from(text, "base64");
    return bits.length === 2 ** INDEX_BITS / 8 ? new GramIndex(bits) : undefined;
  }
}

/** Several runs may share one. */
function bitOf(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> (32 - INDEX_BITS);
}
