import { formatBytes, type Pieces } from "../bytes/mod.ts";
import type { RawHeader } from "./reader_header.ts";
import type { PaxRecords } from "./reader_pax.ts";
import { BLOCK_BYTES } from "./ustar.ts";

/**
 * A file with holes: bytes that are zero and not stored. GNU tar and bsdtar write them, and engines
 * fill them in. https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
 */
export interface Sparse {
  /** In bytes, the holes among them. */
  readonly size: number;
  /** What is stored, in order, one after another. */
  readonly parts: readonly SparsePart[];
  /** Of what is stored, in bytes. */
  readonly storedSize: number;
}

/** Where stored bytes belong in the file. */
export interface SparsePart {
  readonly offset: number;
  readonly size: number;
}

/** Options of {@linkcode readSparse}. */
export interface ReadSparseOptions {
  readonly header: RawHeader;
  readonly records: PaxRecords;
  /** The header's own bytes: GNU's oldest form keeps the beginning of its map there. */
  readonly block: Uint8Array;
  /** Stands behind the header; what is read of it is the rest of a map. */
  readonly source: Pieces;
  /** Of what stands behind the header, in bytes. */
  readonly size: number;
}

/**
 * The holes of a member, in any of the four forms; `undefined` when it is stored as it is.
 *
 * @throws {SyntaxError} when the map is none, or does not fit what is stored.
 */
export async function readSparse(options: ReadSparseOptions): Promise<Sparse | undefined> {
  const { header: { typeflag }, records, size } = options;
  if (typeflag === "S") {
    const { parts, realSize } = await readGnuMap(options);
    return sparse(parts, { size: realSize, storedSize: size });
  }
  if (typeflag !== "0" && typeflag !== "\0") return undefined;
  if (records.get("GNU.sparse.major") === "1" && records.get("GNU.sparse.minor") === "0") {
    const { parts, mapSize } = await readStoredMap(options);
    const realSize = number(records.get("GNU.sparse.realsize"));
    return sparse(parts, { size: realSize, storedSize: size - mapSize });
  }
  if (records.has("GNU.sparse.major")) throw new SyntaxError("expected a sparse file of form 1.0");
  const map = records.get(SPARSE_MAP);
  if (map === undefined && !records.has("GNU.sparse.size")) return undefined;
  const numbers = map === undefined || map === "" ? [] : map.split(",").map(number);
  return sparse(inPairs(numbers), {
    size: number(records.get("GNU.sparse.size")),
    storedSize: size,
  });
}

/** Where the records of form 0.0, which repeat their keywords, are collected as those of 0.1. */
export const SPARSE_MAP = "GNU.sparse.map";

const MOST_PARTS = 65_536;
/** Engines write the holes out: more is made to fill somebody's disk. 16 GiB. */
const LARGEST = 2 ** 34;

function sparse(
  parts: readonly SparsePart[],
  { size, storedSize }: { readonly size: number; readonly storedSize: number },
): Sparse {
  let end = 0;
  let stored = 0;
  for (const part of parts) {
    if (part.offset < end) throw new SyntaxError("expected the parts of a sparse file in order");
    end = part.offset + part.size;
    stored += part.size;
  }
  if (size > LARGEST) {
    const [most, found] = [LARGEST, size].map(formatBytes);
    throw new SyntaxError(`expected a sparse file of at most ${most}, found ${found}`);
  }
  if (!Number.isSafeInteger(end) || end > size) {
    throw new SyntaxError(`expected a sparse file of at least ${end} bytes, found ${size}`);
  }
  if (stored !== storedSize) {
    throw new SyntaxError(`expected ${stored} stored bytes of a sparse file, found ${storedSize}`);
  }
  return { size, parts: parts.filter((part) => part.size > 0), storedSize };
}

const GNU = {
  map: 386,
  inHeader: 4,
  extended: 482,
  realSize: 483,
  inBlock: 21,
  more: 504,
} as const;

async function readGnuMap(
  { block, source }: ReadSparseOptions,
): Promise<{ readonly parts: readonly SparsePart[]; readonly realSize: number }> {
  const parts = gnuParts(block, GNU.map, GNU.inHeader);
  for (let more = block[GNU.extended] !== 0; more;) {
    const next = await blockOf(source);
    parts.push(...gnuParts(next, 0, GNU.inBlock));
    requireFew(parts.length);
    more = next[GNU.more] !== 0;
  }
  return { parts, realSize: gnuNumber(block.subarray(GNU.realSize, GNU.realSize + 12)) };
}

function gnuParts(block: Uint8Array, start: number, count: number): SparsePart[] {
  const parts: SparsePart[] = [];
  for (let at = start; at < start + count * 24 && block[at] !== 0; at += 24) {
    parts.push({
      offset: gnuNumber(block.subarray(at, at + 12)),
      size: gnuNumber(block.subarray(at + 12, at + 24)),
    });
  }
  return parts;
}

function gnuNumber(field: Uint8Array): number {
  if (field[0]! < 0x80) {
    const digits = String.fromCharCode(...field).replace(/[\0 ]+$/, "").trim();
    return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : number(undefined);
  }
  const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, field[0]! & 0x7f);
  return number(String(value));
}

/** A map of lines of decimal digits, which fills whole blocks before the content. */
async function readStoredMap(
  { source, size }: ReadSparseOptions,
): Promise<{ readonly parts: readonly SparsePart[]; readonly mapSize: number }> {
  let mapSize = 0;
  let text = "";
  const line = async () => {
    while (!text.includes("\n")) {
      if ((mapSize += BLOCK_BYTES) > size) throw new SyntaxError("expected a sparse file's map");
      text += String.fromCharCode(...await blockOf(source));
    }
    const feed = text.indexOf("\n");
    const digits = text.slice(0, feed);
    text = text.slice(feed + 1);
    return number(digits);
  };
  const count = await line();
  requireFew(count);
  const numbers: number[] = [];
  while (numbers.length < 2 * count) numbers.push(await line());
  return { parts: inPairs(numbers), mapSize };
}

async function blockOf(source: Pieces): Promise<Uint8Array> {
  const block = await source.exactly(BLOCK_BYTES);
  if (block === undefined) throw new SyntaxError("expected a sparse file's map, found the end");
  return block;
}

function inPairs(numbers: readonly number[]): readonly SparsePart[] {
  if (numbers.length % 2 !== 0) throw new SyntaxError("expected the map of a sparse file in pairs");
  requireFew(numbers.length / 2);
  const parts: SparsePart[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    parts.push({ offset: numbers[i]!, size: numbers[i + 1]! });
  }
  return parts;
}

function requireFew(count: number): void {
  if (count <= MOST_PARTS) return;
  throw new SyntaxError(`expected at most ${MOST_PARTS} parts of a sparse file, found more`);
}

function number(text: string | undefined): number {
  const value = text !== undefined && /^[0-9]{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new SyntaxError("expected a number in the map of a sparse file, found none");
}
