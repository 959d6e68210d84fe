/** Reads bytes of an archive. @throws {RangeError} when it ends before. */
export type ReadAt = (offset: number, size: number) => Uint8Array;

/** Where the list of an archive's entries lies, in bytes. */
export interface ZipDirectoryPlace {
  readonly offset: number;
  readonly size: number;
  /** How many entries it has. */
  readonly entries: number;
}

const END = { signature: 0x06054b50, size: 22, longestComment: 0xffff } as const;
const LOCATOR = { signature: 0x07064b50, size: 20 } as const;
const END_64 = { signature: 0x06064b50, size: 56 } as const;

/**
 * Finds the list of entries by the record at the archive's end, and by that of zip64 where there is
 * one, which rcc writes for 65,535 entries and more.
 * Specification: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.14 to 4.3.16)
 *
 * @throws {SyntaxError} when there is none, or it does not lie directly before those records.
 */
export function findZipDirectory(archiveSize: number, readAt: ReadAt): ZipDirectoryPlace {
  const end = findEnd(archiveSize, readAt);
  const locator = end.offset >= LOCATOR.size
    ? dataViewOf(readAt(end.offset - LOCATOR.size, LOCATOR.size))
    : undefined;
  const isLarge = locator?.getUint32(0, true) === LOCATOR.signature;
  const { place, recordOffset } = isLarge
    ? readEnd64(locator, { limit: end.offset - LOCATOR.size, readAt })
    : { place: end.place, recordOffset: end.offset };
  if (isLarge) requireAgreement(end.place, place);
  if (place.offset + place.size !== recordOffset) {
    throw new SyntaxError("expected the list of a zip archive's entries at its end, found a gap");
  }
  return place;
}

/**
 * Where an archive begins that stands behind something else, and whose offsets begin with itself.
 *
 * @throws {SyntaxError} when the file does not end in a zip archive.
 */
export function findZipStart(fileSize: number, readAt: ReadAt): number {
  const { offset, place } = findEnd(fileSize, readAt);
  // Those of a zip64 archive are elsewhere, and such a one is found at the file's beginning alone.
  return Math.max(0, offset - place.size - place.offset);
}

interface EndRecord {
  readonly offset: number;
  readonly place: ZipDirectoryPlace;
}

/** A comment may follow, so the record is looked for backwards; the comment must end the archive. */
function findEnd(archiveSize: number, readAt: ReadAt): EndRecord {
  const tailSize = Math.min(archiveSize, END.size + END.longestComment);
  const tailOffset = archiveSize - tailSize;
  const tail = dataViewOf(readAt(tailOffset, tailSize));
  for (let start = tailSize - END.size; start >= 0; start--) {
    if (tail.getUint32(start, true) !== END.signature) continue;
    const commentSize = tail.getUint16(start + 20, true);
    if (start + END.size + commentSize !== tailSize) continue;
    const disks = [tail.getUint16(start + 4, true), tail.getUint16(start + 6, true)];
    const onDisk = tail.getUint16(start + 8, true);
    const entries = tail.getUint16(start + 10, true);
    requireOneDisk(disks.every((disk) => disk === 0 || disk === 0xffff) && onDisk === entries);
    const size = tail.getUint32(start + 12, true);
    const offset = tail.getUint32(start + 16, true);
    return { offset: tailOffset + start, place: { offset, size, entries } };
  }
  throw new SyntaxError("expected a whole zip archive, found no end of one");
}

function readEnd64(
  locator: DataView,
  { limit, readAt }: { readonly limit: number; readonly readAt: ReadAt },
): { readonly place: ZipDirectoryPlace; readonly recordOffset: number } {
  const recordOffset = wholeNumber(locator.getBigUint64(8, true));
  requireOneDisk(locator.getUint32(4, true) === 0 && locator.getUint32(16, true) <= 1);
  if (recordOffset + END_64.size > limit) {
    throw new SyntaxError("expected the zip64 record before the archive's end");
  }
  const record = dataViewOf(readAt(recordOffset, END_64.size));
  if (record.getUint32(0, true) !== END_64.signature) {
    throw new SyntaxError("expected the zip64 record of a zip archive, found something else");
  }
  const entries = record.getBigUint64(32, true);
  const disks = [record.getUint32(16, true), record.getUint32(20, true)];
  requireOneDisk(disks.every((disk) => disk === 0) && record.getBigUint64(24, true) === entries);
  const place = {
    entries: wholeNumber(entries),
    size: wholeNumber(record.getBigUint64(40, true)),
    offset: wholeNumber(record.getBigUint64(48, true)),
  };
  return { place, recordOffset };
}

/** Readers without zip64 would otherwise see another archive. */
function requireAgreement(small: ZipDirectoryPlace, large: ZipDirectoryPlace): void {
  const agrees = (found: number, expected: number, full: number) =>
    found === full || found === expected;
  const isSame = agrees(small.entries, large.entries, 0xffff) &&
    agrees(small.size, large.size, 0xffffffff) && agrees(small.offset, large.offset, 0xffffffff);
  if (!isSame) throw new SyntaxError("expected both ends of a zip archive to agree");
}

function requireOneDisk(isOne: boolean): void {
  if (!isOne) throw new SyntaxError("expected a zip archive in one file, found a part of one");
}

/** @throws {SyntaxError} for a number that no file reaches. */
export function wholeNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new SyntaxError(`expected a place in a zip archive, found ${value}`);
  }
  return Number(value);
}

export function dataViewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
