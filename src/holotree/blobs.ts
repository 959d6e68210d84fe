import type { BlobLocation } from "./blob.ts";
import type { Contents } from "./contents.ts";
import type { Library } from "./library.ts";

/**
 * Where a library keeps contents, by their numbers. Of each only its size is remembered: the rest
 * follows from its digest.
 */
export class Blobs {
  readonly #library: Pick<Library, "placeOf">;
  readonly #contents: Contents;
  /** Without an archive's packing, in bytes; {@linkcode MISSING} for what is not there. */
  readonly #sizes: Float64Array;

  constructor(library: Pick<Library, "placeOf">, contents: Contents) {
    this.#library = library;
    this.#contents = contents;
    this.#sizes = new Float64Array(contents.count).fill(MISSING);
  }

  /** Says where a content was found. */
  add(content: number, { unpackedSize }: BlobLocation): void {
    this.#sizes[content] = unpackedSize;
  }

  has(content: number): boolean {
    return this.sizeOf(content) !== MISSING;
  }

  /** As the blob is stored, without an archive's packing, in bytes. */
  sizeOf(content: number): number {
    return this.#sizes[content]!;
  }

  sourceOf(content: number): BlobLocation {
    return this.#library.placeOf(this.#contents.digestOf(content), this.sizeOf(content));
  }

  /** The sizes of all that were found. */
  sizes(): Iterable<number> {
    return this.#sizes.values().filter((size) => size !== MISSING);
  }
}

const MISSING = -1;
