import type { Sized, TarEntry } from "./entry.ts";
import { FormatBytes } from "./format_bytes.ts";
import { addHeader, paddingOf } from "./header.ts";
import { PathRecord } from "./path_record.ts";
import { BLOCK_BYTES } from "./ustar.ts";

/** Enough headers to be handed on: there may be no content between hundreds of thousands of them. */
const FORMAT_BYTES = 48 * 1024;

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
  const format = new FormatBytes();
  for (const entry of entries) {
    if (entry.type === "hardlink" && !paths.hasFile(entry.target)) {
      throw new RangeError(
        `expected a file "${entry.target}" before its hard link "${entry.path}"`,
      );
    }
    if (!paths.add(entry.path, entry.type === "file")) {
      throw new RangeError(`expected every path once in a layer, found "${entry.path}" twice`);
    }
    addHeader(format, entry);
    if (entry.type === "file" && entry.content.size > 0) {
      yield format.take();
      yield entry.content;
      format.add(paddingOf(entry.content.size));
    } else if (format.size >= FORMAT_BYTES) yield format.take();
  }
  format.add(2 * BLOCK_BYTES);
  yield format.take();
}

/** The size of the tar in bytes, known before anything is read. */
export function tarSize(entries: Iterable<TarEntry>): number {
  let size = 0;
  for (const segment of tarSegments(entries)) {
    size += segment instanceof Uint8Array ? segment.length : segment.size;
  }
  return size;
}
