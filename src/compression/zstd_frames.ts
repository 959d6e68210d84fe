/**
 * Where the frames of a zstd stream end. node:zlib of some runtimes decodes the first of several
 * frames in a chunk only, and takes a frame that is cut off for a whole one: so the frames are told
 * apart here, by the sizes that their headers and blocks state.
 *
 * Specification: https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export class ZstdFrames {
  #expected: Expected = MAGIC;
  /** The bytes of a header that lay in several chunks. */
  readonly #header = new Uint8Array(LONGEST_HEADER);
  #gathered = 0;
  #hasChecksum = false;
  #isLastBlock = false;
  #frames = 0;

  /**
   * Cuts a chunk where frames end, and leaves out those that hold no content.
   * @throws {SyntaxError} when the bytes are no zstd.
   */
  *split(chunk: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let at = 0; at < chunk.length;) {
      const isSkipped = this.#expected.isSkipped === true;
      const size = Math.min(this.#expected.size - this.#gathered, chunk.length - at);
      if (this.#expected.read !== undefined) {
        this.#header.set(chunk.subarray(at, at + size), this.#gathered);
      }
      this.#gathered += size;
      at += size;
      if (this.#gathered < this.#expected.size) break;
      this.#advance();
      while (this.#expected.size === 0) this.#advance();
    }
  }
}
