/**
 * Reads tar archives as container engines do, which read them with Go's archive/tar: Unix V7, ustar,
 * PAX, star and GNU headers, two zero blocks or just the end of the bytes as the end.
 *
 * Written here because the readers on npm do not say where in the archive content begins, and
 * `modern-tar` 0.8.6, the strictest of them, was tried and takes a sparse file's map or pieces for
 * its content, gives different names that are not UTF-8 the same text, drops a byte order mark from
 * a name, and refuses times before 1970 and archives without end blocks.
 */
import { cutOff, Pieces } from "../bytes/mod.ts";
import { paddingOf } from "./header.ts";
import { isZeroBlock, parseTarHeader, type RawHeader } from "./reader_header.ts";
import { storedSize, type TarMember, toMember } from "./reader_member.ts";
import { parsePax, type PaxRecords } from "./reader_pax.ts";
import { readSparse, type Sparse, type SparsePart } from "./reader_sparse.ts";
import { decodeName } from "./reader_text.ts";
import { BLOCK_BYTES } from "./ustar.ts";

/** Options of {@linkcode readTar}. */
export interface ReadTarOptions {
  readonly signal?: AbortSignal;
  /** Whether the two blocks of zeros at the end must be there; most readers bear their absence. */
  readonly requireEnd?: boolean;
}

/** The most bytes of a PAX header or a GNU long name. */
const METADATA_LIMIT = 1024 * 1024;

/**
 * The members of a tar archive in their order. A file's content is read before the next member is
 * asked for, or else skipped. Names that are not UTF-8 keep their bytes as lone surrogates.
 *
 * The stream is read to its end, also behind the archive's own, so that whoever verifies it comes to
 * a verdict; leaving the loop early cancels it.
 *
 * @throws {SyntaxError} when the bytes are no tar archive, are cut off, or name a path with "..".
 */
export async function* readTar(
  stream: ReadableStream<Uint8Array>,
  { signal, requireEnd = false }: ReadTarOptions = {},
): AsyncGenerator<TarMember, void, undefined> {
  signal?.throwIfAborted();
  const source = new Pieces(stream, { signal });
  try {
    const extensions = new Extensions();
    for (let block; (block = await nextHeader(source, requireEnd)) !== undefined;) {
      const header = located(source, () => parseTarHeader(block));
      if (await extensions.take(header, source)) continue;
      const records = extensions.finish();
      const size = located(source, () => storedSize(header, records));
      const sparse = await locating(source, readSparse({ header, records, block, source, size }));
      const content = new Content(source, sparse ?? whole(size));
      yield located(source, () => toMember(header, records, content));
      await content.skip();
    }
    await source.drain();
  } finally {
    await source.cancel();
  }
}

/** The next header; `undefined` at the archive's end. */
async function nextHeader(
  source: Pieces,
  requireEnd: boolean,
): Promise<Uint8Array | undefined> {
  const block = await source.exactly(BLOCK_BYTES);
  if (block !== undefined && !isZeroBlock(block)) return block;
  const second = await source.exactly(BLOCK_BYTES);
  if (second !== undefined && !isZeroBlock(second)) {
    throw faultAt(source, "expected a second block of zeros");
  }
  if (requireEnd && second === undefined) {
    throw faultAt(source, "expected two blocks of zeros at the archive's end, found none");
  }
  return undefined;
}

/** Headers that say something about the member behind them, or about all. */
class Extensions {
  #all = new Map<string, string>();
  #next = new Map<string, string>();

  /** Reads the header's own content when it is such a header. */
  async take(header: RawHeader, source: Pieces): Promise<boolean> {
    if (!"xgLK".includes(header.typeflag)) return false;
    if (header.size < 0 || header.size > METADATA_LIMIT) {
      throw faultAt(
        source,
        `expected at most ${METADATA_LIMIT} bytes of extended header, found ${header.size}`,
      );
    }
    const bytes = await readExactly(source, header.size);
    await source.skip(paddingOf(header.size));
    located(source, () => this.#remember(header.typeflag, bytes));
    return true;
  }

  /** What holds for the member that was reached. */
  finish(): PaxRecords {
    const records = new Map([...this.#all, ...this.#next]);
    this.#next = new Map();
    return records;
  }

  #remember(typeflag: string, bytes: Uint8Array): void {
    switch (typeflag) {
      case "x":
        for (const [keyword, value] of parsePax(bytes)) this.#next.set(keyword, value);
        break;
      case "g":
        for (const [keyword, value] of parsePax(bytes)) {
          if (/^(?:path|linkpath|size|GNU\.sparse\..*)$/.test(keyword)) {
            throw new SyntaxError(`expected "${keyword}" for one member, found it for all`);
          }
          this.#all.set(keyword, value);
        }
        break;
      case "L":
        this.#next.set("path", untilNul(bytes));
        break;
      case "K":
        this.#next.set("linkpath", untilNul(bytes));
    }
  }
}

/** A file without holes. */
function whole(size: number): Sparse {
  return { size, parts: [{ offset: 0, size }], storedSize: size };
}

const ZEROS = new Uint8Array(64 * 1024);

/** A file's content, which can be read once and while its member is the last one. */
class Content implements AsyncIterable<Uint8Array> {
  /** Where what is stored of it begins, in bytes from the beginning of the archive. */
  readonly offset: number;
  /** In bytes, with its holes. */
  readonly size: number;
  readonly isSparse: boolean;
  readonly #source: Pieces;
  readonly #parts: readonly SparsePart[];
  readonly #padding: number;
  #left: number;
  #over = false;

  constructor(source: Pieces, { size, parts, storedSize }: Sparse) {
    this.offset = source.position;
    this.size = size;
    this.isSparse = size !== storedSize;
    this.#source = source;
    this.#parts = parts;
    this.#padding = paddingOf(storedSize);
    this.#left = storedSize;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let position = 0;
    for (const { offset, size } of this.#parts) {
      yield* zeros(offset - position);
      yield* this.#stored(size);
      position = offset + size;
    }
    yield* zeros(this.size - position);
  }

  async *#stored(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = size; left > 0;) {
      if (this.#over) throw new TypeError("expected content to be read before the next member");
      const piece = await this.#source.some(left);
      if (piece === undefined) {
        throw cutOff(this.#source.position, { expected: left, found: 0 });
      }
      left -= piece.length;
      this.#left -= piece.length;
      yield piece;
    }
  }

  async skip(): Promise<void> {
    this.#over = true;
    await this.#source.skip(this.#left + this.#padding);
  }
}

function* zeros(count: number): Generator<Uint8Array, void, undefined> {
  for (let left = count; left > 0; left -= ZEROS.length) {
    yield left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS;
  }
}

async function readExactly(source: Pieces, size: number): Promise<Uint8Array> {
  const bytes = await source.exactly(size);
  if (bytes === undefined) throw cutOff(source.position, { expected: size, found: 0 });
  return bytes;
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeName(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Says where in the archive something was wrong. */
function located<Result>(source: Pieces, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw faultAt(source, error.message);
  }
}

async function locating<Result>(source: Pieces, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw faultAt(source, error.message);
  }
}

function faultAt(source: Pieces, message: string): SyntaxError {
  return new SyntaxError(`${message} before byte ${source.position}`);
}
