/** Opens the whole blob; its stream fails at its end when the bytes are not the blob's. */
export type OpenBlob = () => Promise<ReadableStream<Uint8Array>>;

/**
 * Reads a blob in pieces, from any offset. Going on where the last piece ended costs nothing; any
 * other offset reads the blob anew from its start, so that it is verified as a whole. The last byte
 * is given out only after the blob's end was reached and found right.
 */
export class BlobCursor {
  readonly #open: OpenBlob;
  readonly #size: number;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #position = 0;
  #rest: Uint8Array = new Uint8Array();

  constructor(open: OpenBlob, size: number) {
    this.#open = open;
    this.#size = size;
  }

  /** The bytes of one piece. */
  async *read(offset: number, count: number): AsyncGenerator<Uint8Array> {
    await this.#seek(offset);
    let left = count;
    while (left > 0) {
      const chunk = this.#rest.length > 0 ? this.#rest : await this.#pull();
      const piece = chunk.subarray(0, left);
      this.#rest = chunk.subarray(piece.length);
      this.#position += piece.length;
      left -= piece.length;
      yield piece;
    }
  }

  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.cancel().catch(() => {});
  }

  async #seek(offset: number): Promise<void> {
    if (this.#reader !== undefined && this.#position === offset) return;
    await this.close();
    this.#reader = (await this.#open()).getReader();
    this.#position = 0;
    this.#rest = new Uint8Array();
    while (this.#position < offset) {
      const chunk = await this.#pull();
      const skipped = Math.min(chunk.length, offset - this.#position);
      this.#position += skipped;
      this.#rest = chunk.subarray(skipped);
    }
  }

  /** The next chunk of the stream, the last one only when the stream's end is sound. */
  async #pull(): Promise<Uint8Array> {
    const { done, value } = await this.#reader!.read();
    if (done) throw new RangeError(`expected ${this.#size} bytes, found ${this.#position}`);
    const end = this.#position + value.length;
    if (end >= this.#size) {
      const { done } = await this.#reader!.read();
      if (!done || end > this.#size) {
        throw new RangeError(`expected ${this.#size} bytes, found more`);
      }
    }
    return value;
  }
}
