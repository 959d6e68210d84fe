import { closeSync, openSync, writeSync } from "node:fs";
import { Checksums, Measure, type Measurement } from "../bytes/mod.ts";

/** What a layer's file has become. */
export interface LayerFileFacts extends Measurement {
  /** CRC-32 of each MiB. */
  readonly checksums: readonly number[];
}

/** The system refuses to write the layer. */
export class LayerWriteError extends Error {
  override readonly name = "LayerWriteError";
  /** The system's own, such as `ENOSPC`. */
  readonly code: string | undefined;

  constructor({ code, message }: { readonly code?: string | undefined; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

const BUFFER_BYTES = 1024 * 1024;

/** The file of a packed layer, written front to back by one thread and measured on the way. */
export class LayerFile implements Disposable {
  readonly #file: number;
  readonly #measure = new Measure();
  readonly #checksums = new Checksums();
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #filled = 0;

  /** @param path Of an empty file, which somebody else has made and keeps locked. */
  constructor(path: string) {
    this.#file = openSync(path, "r+");
  }

  /** Adds the bytes at the end. They are not needed any more when it returns. */
  write(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      const part = bytes.subarray(offset, offset + BUFFER_BYTES - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === BUFFER_BYTES) this.#flush();
    }
  }

  /** Writes what is left. Nothing may be added after that. */
  finish(): LayerFileFacts {
    this.#flush();
    return { ...this.#measure.finish(), checksums: this.#checksums.finish() };
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = this.#buffer.subarray(0, this.#filled);
    this.#measure.update(bytes);
    this.#checksums.update(bytes);
    try {
      for (let offset = 0; offset < bytes.length;) {
        offset += writeSync(this.#file, bytes, offset);
      }
    } catch (error) {
      throw new LayerWriteError(error as NodeJS.ErrnoException);
    }
    this.#filled = 0;
  }
}
