/** Where two contents begin to differ. */
export interface DifferentByte {
  /** From 0 on. */
  readonly at: number;
  /** None behind the end of one of both. */
  readonly image?: number;
  readonly built?: number;
}

/** The first byte in which two contents differ; `undefined` when they are equal. */
export async function firstDifference(
  image: AsyncIterable<Uint8Array>,
  built: AsyncIterable<Uint8Array>,
): Promise<DifferentByte | undefined> {
  const sides = [new Side(image), new Side(built)] as const;
  try {
    for (let at = 0;;) {
      const [ofImage, ofBuilt] = [await sides[0].some(), await sides[1].some()];
      const length = Math.min(ofImage.length, ofBuilt.length);
      const equal = equalBytes(ofImage, ofBuilt, length);
      if (equal < length || length === 0) {
        if (ofImage.length === 0 && ofBuilt.length === 0) return undefined;
        return {
          at: at + equal,
          ...(equal < ofImage.length ? { image: ofImage[equal]! } : {}),
          ...(equal < ofBuilt.length ? { built: ofBuilt[equal]! } : {}),
        };
      }
      for (const side of sides) side.take(length);
      at += length;
    }
  } finally {
    for (const side of sides) await side.end();
  }
}

/** How many of the first bytes are equal. */
function equalBytes(a: Uint8Array, b: Uint8Array, length: number): number {
  let equal = 0;
  while (equal < length && a[equal] === b[equal]) equal++;
  return equal;
}

/** A content, read as far as it is needed. */
class Side {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest = new Uint8Array();

  constructor(content: AsyncIterable<Uint8Array>) {
    this.#chunks = content[Symbol.asyncIterator]();
  }

  /** What comes next; empty at the end. */
  async some(): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      this.#rest = value as Uint8Array<ArrayBuffer>;
    }
    return this.#rest;
  }

  take(length: number): void {
    this.#rest = this.#rest.subarray(length);
  }

  async end(): Promise<void> {
    await this.#chunks.return?.();
  }
}
