import { concat } from "../bytes/mod.ts";
import { gunzipMemory, gzipMember } from "../compression/mod.ts";

/** A file that is made when its layer is packed: what another one holds, with another beginning. */
export interface RepackedFile {
  readonly type: "repacked";
  /** As in tar entries. */
  readonly path: string;
  /** The other file, gzip. */
  readonly packed: Uint8Array;
  /** How many bytes of what it holds are left out, at most {@linkcode MOST_SKIPPED}. */
  readonly skipped: number;
  /** What stands in their place. */
  readonly beginning: Uint8Array;
  /** Of the gzip that is made. */
  readonly level: number;
  /** {@linkcode repackRest} of the other file, where that is there already. */
  readonly rest?: RepackedRest | undefined;
}

/** How many bytes may be left out of a file that is made, at most. */
export const MOST_SKIPPED = 64 * 1024;

/** What a file is made of whose beginning is not known yet. */
export interface RepackedRest {
  /** The first {@linkcode MOST_SKIPPED} of what the other one holds, or all of it. */
  readonly first: Uint8Array;
  /** What follows, packed. */
  readonly members: Uint8Array;
}

/** A catalog's JSON may have no more, either. */
const MOST_BYTES = 256 * 1024 * 1024;
/** A member knows nothing of the one before, so that many small ones would take more room. */
const MEMBER_BYTES = 8 * 1024 * 1024;

/**
 * The file's bytes: members of gzip.
 *
 * @throws when the other file is not whole gzip.
 * @throws {RangeError} when more is left out than may be.
 */
export function repack({ packed, skipped, beginning, level, rest }: RepackedFile): Uint8Array {
  const { first, members } = rest ?? repackRest(packed, level);
  if (skipped > first.length) throw new RangeError(`expected to leave out less than ${skipped}`);
  return concat([gzipMember(concat([beginning, first.subarray(skipped)]), level), members]);
}

/**
 * Packs all but the first {@linkcode MOST_SKIPPED} of what a file holds anew.
 *
 * @throws when it is not whole gzip, or holds more than 256 MiB.
 */
export function repackRest(packed: Uint8Array, level: number): RepackedRest {
  const members: Uint8Array[] = [];
  const chunk = new Uint8Array(MEMBER_BYTES);
  let filled = 0;
  let first: Uint8Array | undefined;
  const take = () => {
    const bytes = chunk.subarray(0, filled);
    filled = 0;
    if (first === undefined) first = bytes.slice();
    else members.push(gzipMember(bytes, level));
  };
  let left = MOST_BYTES;
  for (const step of gunzipMemory(packed)) {
    left -= step.length;
    if (left < 0) throw new RangeError(`expected at most ${MOST_BYTES} bytes, found more`);
    for (let offset = 0; offset < step.length;) {
      const size = first === undefined ? MOST_SKIPPED : MEMBER_BYTES;
      const part = step.subarray(offset, offset + size - filled);
      chunk.set(part, filled);
      filled += part.length;
      offset += part.length;
      if (filled === size) take();
    }
  }
  if (filled > 0 || first === undefined) take();
  return { first: first!, members: concat(members) };
}

/** Whether a file that is gzip holds these bytes at its beginning. @throws when it is not gzip. */
export function beginsWith(packed: Uint8Array, beginning: Uint8Array): boolean {
  let compared = 0;
  for (const step of gunzipMemory(packed)) {
    for (let i = 0; i < step.length && compared < beginning.length; i++, compared++) {
      if (step[i] !== beginning[compared]) return false;
    }
    if (compared === beginning.length) return true;
  }
  return false;
}
