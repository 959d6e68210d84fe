import type { TarSegment } from "../tar/mod.ts";
import type { Content } from "./content.ts";
import { release } from "./release.ts";

/** What of a layer one worker packs in one go. */
export interface Piece {
  /** In the order of the tar. See {@linkcode dropParts}. */
  readonly parts: Content[];
  /** Memory of parts that nobody else has: it goes to the worker with them, and is not copied. */
  readonly owned: readonly ArrayBuffer[];
  /** Bytes of the tar. */
  readonly size: number;
}

const PIECE_BYTES = 4 * 1024 * 1024;
/** Headers are made on the main thread, which must not be busy with them for long. */
const PIECE_FORMAT_BYTES = 1024 * 1024;

/**
 * Cuts a tar into pieces of some 4 MiB, or one content that is larger, or 1 MiB of headers.
 * Where they are cut depends on the segments alone, never on the number of workers, and so do the
 * bytes of the layer. The memory of the format's bytes is given back when they have been copied.
 */
export function* cutPieces(segments: Iterable<TarSegment<Content>>): Generator<Piece> {
  let draft = new PieceDraft();
  for (const segment of segments) {
    draft.add(segment);
    if (draft.size < PIECE_BYTES && draft.formatBytes < PIECE_FORMAT_BYTES) continue;
    yield draft.finish();
    draft = new PieceDraft();
  }
  if (draft.size > 0) yield draft.finish();
}

/** A piece that is being put together. Bytes of the format are gathered, for one buffer to hold them. */
class PieceDraft {
  readonly #parts: (Content | FormatPart)[] = [];
  readonly #format: Uint8Array[] = [];
  formatBytes = 0;
  size = 0;

  add(segment: TarSegment<Content>): void {
    if (segment instanceof Uint8Array) this.#addFormat(segment);
    else {
      this.#parts.push(segment);
      this.size += segment.size;
    }
  }

  finish(): Piece {
    const bytes = new Uint8Array(this.formatBytes);
    let offset = 0;
    for (const segment of this.#format) {
      bytes.set(segment, offset);
      offset += segment.length;
    }
    const last = this.#format.at(-1)?.buffer;
    for (const segment of this.#format) if (segment.buffer !== last) release(segment);
    offset = 0;
    const parts = this.#parts.map((part): Content => {
      if (part.kind !== "format") return part;
      const { size } = part;
      offset += size;
      return { kind: "bytes", bytes: bytes.subarray(offset - size, offset), size };
    });
    return { parts, owned: [bytes.buffer], size: this.size };
  }

  #addFormat(segment: Uint8Array): void {
    const last = this.#parts.at(-1);
    if (last?.kind === "format") last.size += segment.length;
    else this.#parts.push({ kind: "format", size: segment.length });
    this.#format.push(segment);
    this.formatBytes += segment.length;
    this.size += segment.length;
  }
}

interface FormatPart {
  readonly kind: "format";
  size: number;
}

/**
 * Empties the list of a piece that nobody needs any more. Until the garbage collector comes for old
 * objects, which is seldom, all that such a list holds would grow old with it: a hundred megabytes.
 */
export function dropParts({ parts }: Pick<Piece, "parts">): void {
  parts.length = 0;
}
