/** Bytes that are read once, from front to back, into buffers of the reader's. */
export interface ByteSource {
  /** How many bytes are still to be read. */
  readonly left: number;
  /**
   * Puts the next bytes at the buffer's beginning.
   *
   * @returns How many, at least one while there are some left, else 0.
   */
  read(buffer: Uint8Array): number;
}
