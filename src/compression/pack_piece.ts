import { ContentVerifier, UnforeseenError } from "./check.ts";
import { ContentError, type DecodedContent, type Expected, type StoredContent } from "./content.ts";
import { ContentReader, type OpenedContent } from "./content_reader.ts";
import { decodeInSteps } from "./decode_stored.ts";
import { decompressing } from "./decompress.ts";
import { Inspection } from "./inspect.ts";
import { canSplice, CHUNK_BYTES, ChunkPacker, type Packing } from "./packing.ts";
import { PatchError, Patching } from "./patch.ts";
import type { Piece } from "./piece.ts";
import type { FoundProgram } from "./program.ts";
import { release } from "./release.ts";
import { STEP_BYTES } from "./ring.ts";
import type { TarRing } from "./tar_ring.ts";

/** Takes what comes of a piece, besides its tar. */
export interface PieceSink {
  /** Bytes of the packed layer, valid during the call alone. */
  packed(bytes: Uint8Array): void;
  /** A program among the content that was decoded. */
  program(program: FoundProgram): void;
}

/** What a worker uses for all its pieces: memory, for the most part. */
export class PiecePacking {
  readonly packing: Packing;
  readonly chunks: ChunkPacker;
  /** Where all bytes of the tar go, in their order. */
  readonly tar: TarRing;
  /** Reads content right into the tar. */
  readonly direct: ContentReader;
  #aside: ContentReader | undefined;

  constructor(packing: Packing, tar: TarRing) {
    this.packing = packing;
    this.chunks = new ChunkPacker(packing);
    this.tar = tar;
    this.direct = new ContentReader(tar);
  }

  /** Reads content that does not stand in the tar as it is. */
  get aside(): ContentReader {
    return this.#aside ??= new ContentReader();
  }
}

/**
 * Packs one piece of a layer: bytes and small content in chunks of 1 MiB, large blobs as they are.
 * One pass over the content, which is checked on the way.
 *
 * @throws {ContentError} when content is damaged or cannot be read. What the sink was given before
 * must not be used then.
 */
export async function packPiece(
  parts: Piece["parts"],
  own: PiecePacking,
  sink: PieceSink,
): Promise<void> {
  const chunk = new Chunk(own, sink);
  const context: PieceContext = { own, chunk, sink };
  for (const part of parts) {
    if (part.kind === "bytes") {
      chunk.add(part.bytes);
    } else {
      try {
        if (part.kind === "decoded") await packDecoded(part, context);
        else await packStored(part, context);
      } catch (error) {
        throw asContentError(part.name, error);
      }
    }
  }
  chunk.flush();
}

/** The bytes of the tar that are not packed yet: they are gathered until they fill a member. */
class Chunk {
  readonly #own: PiecePacking;
  readonly #sink: PieceSink;
  #size = 0;

  constructor(own: PiecePacking, sink: PieceSink) {
    this.#own = own;
    this.#sink = sink;
  }

  /** Adds bytes to the tar. */
  add(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; offset += STEP_BYTES) {
      const step = bytes.subarray(offset, offset + STEP_BYTES);
      this.#own.tar.write(step);
      this.grow(step.length);
    }
  }

  /** So many bytes were added to the tar. */
  grow(count: number): void {
    this.#size += count;
    while (this.#size >= CHUNK_BYTES) this.#pack(CHUNK_BYTES);
  }

  flush(): void {
    if (this.#size > 0) this.#pack(this.#size);
  }

  #pack(size: number): void {
    const { tar, chunks } = this.#own;
    const packed = chunks.pack(tar.last(this.#size).subarray(0, size));
    this.#sink.packed(packed);
    release(packed);
    this.#size -= size;
  }
}

interface PieceContext {
  readonly own: PiecePacking;
  readonly chunk: Chunk;
  readonly sink: PieceSink;
}

/** The stored bytes go into the tar as they are; what they are when decoded is tried on the side. */
async function packStored(
  { stored, expected }: StoredContent,
  { own, chunk }: PieceContext,
): Promise<void> {
  using opened = own.aside.open(stored);
  if (expected === undefined) {
    for (const bytes of opened.raw()) chunk.add(bytes);
    return;
  }
  opened.watch((bytes) => chunk.add(bytes));
  const check = new ContentVerifier(expected);
  await forEachStep(opened, expected, (bytes) => check.update(bytes));
  check.finish();
}

async function packDecoded(content: DecodedContent, context: PieceContext): Promise<void> {
  const { stored, expected, patch } = content;
  const { own, chunk, sink } = context;
  using opened = (patch === undefined ? own.direct : own.aside).open(stored);
  const { codec } = opened;
  const isSpliced = patch === undefined && expected.decode &&
    canSplice(codec, stored.unpackedSize, own.packing);
  // What gzip holds is inflated right into the tar.
  const isInTar = patch === undefined && expected.decode && codec === "gzip";
  if (isSpliced) {
    chunk.flush();
    opened.watch((bytes) => sink.packed(bytes));
  }
  const check = new ContentVerifier(expected);
  const inspection = new Inspection(expected, sink);
  const patching = patch && new Patching(patch);
  await forEachStep(opened, expected, (bytes, position) => {
    check.update(bytes);
    inspection.update(bytes);
    if (isSpliced && !isInTar) own.tar.write(bytes);
    else if (!isSpliced && isInTar) chunk.grow(bytes.length);
    else if (!isSpliced) {
      chunk.add(patching === undefined ? bytes : patching.apply(bytes, position));
    }
  });
  check.finish();
  patching?.finish();
  await inspection.finish(() => decodeInSteps(stored, expected));
}

/** Calls for each step of the content, and with its place there. Waits for nothing but zstd. */
async function forEachStep(
  opened: OpenedContent,
  { decode }: Expected,
  take: (bytes: Uint8Array, position: number) => void,
): Promise<void> {
  let position = 0;
  const steps = decode && opened.codec === "gzip" ? opened.gunzip() : opened.raw();
  if (decode && opened.codec === "zstd") {
    const packed = ReadableStream.from(copies(steps));
    for await (const bytes of decompressing("zstd", packed)) {
      take(bytes, position);
      position += bytes.length;
    }
    return;
  }
  for (const bytes of steps) {
    take(bytes, position);
    position += bytes.length;
  }
}

/** For those who look at a step when the next has been read already. */
function* copies(steps: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const bytes of steps) yield bytes.slice();
}

/**
 * What the user can do differs: wrong bytes are the library's, unreadable ones the machine's, and
 * what does not stand at its place is the catalog's.
 */
function asContentError(name: string, error: unknown): ContentError {
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof UnforeseenError) return new ContentError(name, "unforeseen", message);
  if (error instanceof PatchError) return new ContentError(name, "unpatchable", message);
  const isSystemError = code !== undefined && /^E[A-Z]+$/.test(code);
  return new ContentError(name, isSystemError ? "unreadable" : "damaged", message);
}
