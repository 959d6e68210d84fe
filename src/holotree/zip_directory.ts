/**
 * The entries of a zip archive and where their bytes lie, read with every doubt. Written here, for a
 * worker must read a blob straight from the archive, and the libraries on npm tell the place of an
 * entry's bytes only after they read the entry; a list of 200,000 takes them many seconds, too.
 */
import { dataViewOf, findZipDirectory, type ReadAt } from "./zip_end.ts";
import {
  latin1,
  packingOf,
  readZipRecord,
  requireOpen,
  type ZipPacking,
  type ZipRecord,
} from "./zip_record.ts";

/** A file in an archive. Sizes and offsets are in bytes. */
export interface ZipEntry {
  /** As the archive has it, one character for each byte. */
  readonly name: string;
  readonly packing: ZipPacking;
  /** Of its bytes in the archive. */
  readonly offset: number;
  readonly size: number;
  /** Without the packing. */
  readonly unpackedSize: number;
  readonly crc32: number;
}

/**
 * All files of an archive. It is refused as a whole when an entry is encrypted, a symlink or device,
 * has a name that leaves the folder or is there twice, lies over another one, or is said to unpack
 * to more than it can.
 *
 * @throws {SyntaxError}
 */
export function* readZipDirectory(
  archiveSize: number,
  readAt: ReadAt,
): Generator<undefined, readonly ZipEntry[]> {
  const place = findZipDirectory(archiveSize, readAt);
  const directory = readAt(place.offset, place.size);
  const records = new Map<string, ZipRecord>();
  let next = 0;
  for (let count = 0; count < place.entries; count++) {
    const { record, end } = readZipRecord(directory, next);
    if (records.has(record.name)) {
      throw new SyntaxError(`expected each name once, found ${JSON.stringify(record.name)} twice`);
    }
    records.set(record.name, record);
    next = end;
    yield;
  }
  if (next !== place.size) {
    throw new SyntaxError(`expected ${place.entries} entries in the zip archive, found more`);
  }
  const entries = yield* locateEntries([...records.values()], { end: place.offset, readAt });
  return entries.filter(({ name }) => !name.endsWith("/"));
}

interface ArchiveBody {
  /** Where the last entry's bytes must have ended. */
  readonly end: number;
  readonly readAt: ReadAt;
}

/** In the order in which they lie in the archive, so that overlapping ones are neighbours. */
function* locateEntries(
  records: ZipRecord[],
  { end, readAt }: ArchiveBody,
): Generator<undefined, readonly ZipEntry[]> {
  records.sort((a, b) => a.headerOffset - b.headerOffset);
  const entries: ZipEntry[] = [];
  for (const [i, record] of records.entries()) {
    const limit = records[i + 1]?.headerOffset ?? end;
    const { name, packing, size, unpackedSize, crc32 } = record;
    const offset = readHeader(record, { end: limit, readAt });
    if (offset + size > limit) throw overlapping(name);
    entries.push({ name, packing, offset, size, unpackedSize, crc32 });
    yield;
  }
  return entries;
}

const HEADER = { signature: 0x04034b50, size: 30 } as const;

/**
 * Where the bytes begin: behind the header that stands before them, which must say the same as the
 * list. Specification: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.7)
 */
function readHeader(
  { name, packing, headerOffset }: ZipRecord,
  { end, readAt }: ArchiveBody,
): number {
  const size = HEADER.size + name.length;
  if (headerOffset + size > end) throw overlapping(name);
  const header = readAt(headerOffset, size);
  const view = dataViewOf(header);
  const isSame = view.getUint32(0, true) === HEADER.signature &&
    packingOf(view.getUint16(8, true)) === packing &&
    view.getUint16(26, true) === name.length && latin1(header.subarray(HEADER.size)) === name;
  if (!isSame) {
    throw new SyntaxError(`expected the header of ${JSON.stringify(name)}, found something else`);
  }
  requireOpen(name, view.getUint16(6, true));
  return headerOffset + size + view.getUint16(28, true);
}

function overlapping(name: string): SyntaxError {
  return new SyntaxError(`expected entries apart, found ${JSON.stringify(name)} over what follows`);
}
