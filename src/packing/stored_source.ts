import { FileSource } from "../files/mod.ts";
import type { ByteSource, Inflater } from "../compression/mod.ts";
import type { StoredBytes } from "./content.ts";

/**
 * Opens stored bytes, without what a zip archive packed them with.
 *
 * @param inflater Undoes a zip's packing.
 */
export function openStored(stored: StoredBytes, inflater: Inflater): ByteSource & Disposable {
  const file = openPacked(stored);
  return stored.packing === "none" ? file : new UnpackedSource(file, stored, inflater);
}

/**
 * Opens stored bytes as they lie in their file, packed or not. A whole file that grew since it was
 * listed has another size than its header says.
 */
export function openPacked({ path, offset, size, packing, seen }: StoredBytes): FileSource {
  const toEnd = packing === "none" && offset === 0;
  return new FileSource({ path, offset, size }, { toEnd, ...(seen === undefined ? {} : { seen }) });
}

/** An entry of a zip archive. */
class UnpackedSource implements ByteSource, Disposable {
  readonly #file: FileSource;
  readonly #stored: StoredBytes;
  readonly #inflater: Inflater;
  #chunk: Uint8Array = new Uint8Array();
  #left: number;

  constructor(file: FileSource, stored: StoredBytes, inflater: Inflater) {
    this.#file = file;
    this.#stored = stored;
    this.#left = stored.unpackedSize;
    this.#inflater = inflater;
    inflater.open(file);
    inflater.beginStream();
    if (this.#left === 0) this.#requireEnd();
  }

  get left(): number {
    return this.#left;
  }

  read(buffer: Uint8Array): number {
    if (this.#left === 0) return 0;
    if (this.#chunk.length === 0) this.#chunk = this.#inflater.inflate() ?? this.#chunk;
    if (this.#chunk.length === 0 || this.#chunk.length > this.#left) throw this.#unexpected();
    const part = this.#chunk.subarray(0, buffer.length);
    buffer.set(part);
    this.#chunk = this.#chunk.subarray(part.length);
    this.#left -= part.length;
    if (this.#left === 0) this.#requireEnd();
    return part.length;
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #requireEnd(): void {
    if (this.#inflater.inflate() !== undefined) throw this.#unexpected();
  }

  #unexpected(): RangeError {
    const { path, unpackedSize } = this.#stored;
    return new RangeError(`expected ${unpackedSize} bytes, found another size in "${path}"`);
  }
}
