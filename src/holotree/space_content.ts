import type { Content, ContentPatch } from "../compression/mod.ts";
import { contentCheckOf } from "./blob.ts";
import type { SpaceLayout } from "./space_layout.ts";
import type { SpaceSource } from "./space_source.ts";

/** What the files of a space and its library hold, by the numbers of the catalog's contents. */
export class SpaceContent {
  readonly #source: SpaceSource;
  readonly #names: Pick<ContentPatch, "replaced" | "bytes">;

  constructor(source: SpaceSource, { name }: SpaceLayout) {
    this.#source = source;
    const encoder = new TextEncoder();
    this.#names = {
      replaced: encoder.encode(source.catalog.identity),
      bytes: encoder.encode(name),
    };
  }

  /** What a restore makes of it. @param name What errors call it. */
  restored(content: number, name: string): Content {
    const { catalog: { contents, blobMode }, blobs, gzipContent } = this.#source;
    const size = contents.sizeOf(content);
    const offsets = contents.placesOf(content);
    const check = contentCheckOf(contents.digestOf(content));
    const stored = blobs.sourceOf(content);
    const expected = blobMode === "compressed"
      ? { size, check, decode: true, isGzip: gzipContent.has(content) }
      : { size, check, decode: false };
    if (offsets.length === 0) return { kind: "decoded", name, stored, size, expected };
    const patch = { offsets, ...this.#names };
    return { kind: "decoded", name, stored, size, expected, patch };
  }

  /** Its blob as the library keeps it. @param name What errors call it. */
  stored(content: number, name: string): Content {
    const { catalog: { contents, blobMode }, blobs } = this.#source;
    const stored = blobs.sourceOf(content);
    return {
      kind: "stored",
      name,
      stored,
      size: stored.unpackedSize,
      expected: {
        size: contents.sizeOf(content),
        check: contentCheckOf(contents.digestOf(content)),
        decode: blobMode === "compressed",
      },
    };
  }
}
