import type { Sized, TarEntry } from "./entry.ts";
import { encodeHeader, paddingOf } from "./header.ts";
import { PathRecord } from "./path_record.ts";
import { BLOCK_BYTES } from "./ustar.ts";

/** A part of a tar: bytes of the format itself, or an entry's content, which others bring. */
export type TarSegment<Content extends Sized> = Uint8Array | Content;

/**
 * A tar as segments in their order: headers and padding as bytes, content as it stands in the
 * entries. Nothing is read.
 *
 * @throws {RangeError} when two entries have one path, or a hard link's target is not a file that
 * stands before it: engines refuse such a layer, or make something else of it.
 */
export function* tarSegments<Content extends Sized>(
  entries: Iterable<TarEntry<Content>>,
): Generator<TarSegment<Content>> {
  const paths = new PathRecord();
  for (const entry of entries) {
    if (entry.type === "hardlink" && !paths.hasFile(entry.target)) {
      throw new RangeError(
        `expected a file "${entry.target}" before its hard link "${entry.path}"`,
      );
    }
    if (!paths.add(entry.path, entry.type === "file")) {
      throw new RangeError(`expected every path once in a layer, found "${entry.path}" twice`);
    }
    yield encodeHeader(entry);
    if (entry.type !== "file" || entry.content.size === 0) continue;
    yield entry.content;
    const padding = paddingOf(entry.content.size);
    if (padding > 0) yield ZEROS.subarray(0, padding);
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

const ZEROS = new Uint8Array(BLOCK_BYTES);

/** The size of the tar in bytes, known before anything is read. */
export function tarSize(entries: Iterable<TarEntry>): number {
  let size = 0;
  for (const segment of tarSegments(entries)) {
    size += segment instanceof Uint8Array ? segment.length : segment.size;
  }
  return size;
}
