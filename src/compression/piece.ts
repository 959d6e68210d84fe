import type { TarSegment } from "../tar/mod.ts";
import type { Content } from "./content.ts";

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
/** Entries are made on the main thread, which must not be busy with them for long. */
const PIECE_SEGMENTS = 2048;

/**
 * Cuts a tar into pieces of some 4 MiB, or one content that is larger, or of many small segments.
 * Where they are cut depends on the segments alone, never on the number of workers, and so do the
 * bytes of the layer.
 */
export function* cutPieces(segments: Iterable<TarSegment<Content>>): Generator<Piece> {
  let parts: Content[] = [];
  let owned: ArrayBuffer[] = [];
  let size = 0;
  let count = 0;
  let format: Uint8Array[] = [];
  let formatBytes = 0;

  function endFormat(): void {
    if (formatBytes === 0) return;
    const bytes = new Uint8Array(formatBytes);
    let offset = 0;
    for (const segment of format) {
      bytes.set(segment, offset);
      offset += segment.length;
    }
    parts.push({ kind: "bytes", bytes, size: formatBytes });
    owned.push(bytes.buffer);
    format = [];
    formatBytes = 0;
  }

  for (const segment of segments) {
    count++;
    if (segment instanceof Uint8Array) {
      format.push(segment);
      formatBytes += segment.length;
      size += segment.length;
    } else {
      endFormat();
      parts.push(segment);
      size += segment.size;
    }
    if (size >= PIECE_BYTES || count >= PIECE_SEGMENTS) {
      endFormat();
      yield { parts, owned, size };
      parts = [];
      owned = [];
      size = 0;
      count = 0;
    }
  }
  endFormat();
  if (parts.length > 0) yield { parts, owned, size };
}

/**
 * Empties the list of a piece that nobody needs any more. Until the garbage collector comes for old
 * objects, which is seldom, all that such a list holds would grow old with it: a hundred megabytes.
 */
export function dropParts({ parts }: Pick<Piece, "parts">): void {
  parts.length = 0;
}
