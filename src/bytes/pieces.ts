/** Options of {@linkcode Pieces}. */
export interface PiecesOptions {
  /** When aborted, the stream is cancelled and every call throws the reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes a stream of chunks apart into pieces of asked sizes. Pieces that lie in one chunk are views
 * of it: nothing large is copied.
 */
export class Pieces {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.cancel(this.#signal?.reason);
  #chunk: Uint8Array = new Uint8Array(0);
  #position = 0;

  constructor(stream: ReadableStream<Uint8Array>, { signal }: PiecesOptions = {}) {
    this.#reader = stream.getReader();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** How many bytes were taken or skipped. */
  get position(): number {
    return this.#position;
  }

  /** The next bytes, at least one and at most `limit`; `undefined` at the end of the stream. */
  async some(limit: number): Promise<Uint8Array | undefined> {
    while (this.#chunk.length === 0) {
      this.#signal?.throwIfAborted();
      const { done, value } = await this.#reader.read();
      this.#signal?.throwIfAborted();
      if (done) return undefined;
      this.#chunk = value;
    }
    return this.#take(Math.min(limit, this.#chunk.length));
  }

  /**
   * Exactly `size` bytes; `undefined` when the stream ends before the first of them.
   * @throws {SyntaxError} when it ends within them.
   */
  async exactly(size: number): Promise<Uint8Array | undefined> {
    if (size <= this.#chunk.length) return this.#take(size);
    const start = this.#position;
    const whole = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const piece = await this.some(size - filled);
      if (piece === undefined) {
        if (filled === 0) return undefined;
        throw cutOff(start, { expected: size, found: filled });
      }
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole;
  }

  /** @throws {SyntaxError} when the stream ends before. */
  async skip(size: number): Promise<void> {
    const start = this.#position;
    for (let left = size; left > 0;) {
      const piece = await this.some(left);
      if (piece === undefined) throw cutOff(start, { expected: size, found: size - left });
      left -= piece.length;
    }
  }

  /** Reads to the end, so that whoever verifies the stream comes to a verdict. */
  async drain(): Promise<void> {
    while (await this.some(Infinity) !== undefined);
  }

  /** Tells the stream's origin that nothing more is wanted. Fine at any time. */
  async cancel(reason?: unknown): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    // A stream that failed says so to whoever reads it: not again here.
    await this.#reader.cancel(reason).catch(() => {});
  }

  #take(size: number): Uint8Array {
    const piece = this.#chunk.subarray(0, size);
    this.#chunk = this.#chunk.subarray(size);
    this.#position += size;
    return piece;
  }
}

/** The stream ended within something that begins at `position`. */
export function cutOff(
  position: number,
  { expected, found }: { readonly expected: number; readonly found: number },
): SyntaxError {
  return new SyntaxError(
    `expected ${expected} bytes at byte ${position}, found ${found} and the end`,
  );
}
