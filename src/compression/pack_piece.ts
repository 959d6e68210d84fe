import {
  ContentError,
  type DecodedContent,
  type StoredBytes,
  type StoredContent,
} from "./content.ts";
import { UnforeseenError } from "./check.ts";
import { decodeBlob, decodeInSteps } from "./decode_stored.ts";
import { canSplice, CHUNK_BYTES, packChunk, type Packing } from "./packing.ts";
import { inspectBytes, Inspection } from "./inspect.ts";
import { applyPatch, PatchError } from "./patch.ts";
import type { Piece } from "./piece.ts";
import type { FoundProgram } from "./program.ts";
import { readStored, readStoredInSteps } from "./read_stored.ts";
import { release, releaseStep } from "./release.ts";
import { isZstd } from "./zstd.ts";

/** Takes a piece's bytes as they come. They are valid during the call alone. */
export interface PieceSink {
  /** Bytes of the tar. */
  tar(bytes: Uint8Array): void;
  /** Bytes of the packed layer. */
  packed(bytes: Uint8Array): void;
  /** A program among the content that was decoded. */
  program(program: FoundProgram): void;
}

/** Content up to this size is read in one go; larger content in steps, which costs no more time. */
const WHOLE_BYTES = 1024 * 1024;

/** Memory that a worker uses for all its pieces. */
export class PieceMemory {
  readonly chunk = new Uint8Array(CHUNK_BYTES);
  readonly blob = new Uint8Array(WHOLE_BYTES);
}

/** Options of {@linkcode packPiece}. */
export interface PackPieceOptions {
  readonly packing: Packing;
  readonly memory: PieceMemory;
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
  { packing, memory }: PackPieceOptions,
  sink: PieceSink,
): Promise<void> {
  const chunk = new Chunk(packing, memory.chunk, sink);
  const context: PieceContext = { packing, chunk, sink, buffer: memory.blob };
  for (const part of parts) {
    if (part.kind === "bytes") {
      chunk.add(part.bytes);
    } else {
      await packContent(part, context).catch((error) => {
        throw asContentError(part.name, error);
      });
    }
  }
  chunk.flush();
}

/** Gathers bytes of the tar until they fill a member. */
class Chunk {
  readonly #packing: Packing;
  readonly #sink: PieceSink;
  readonly #buffer: Uint8Array;
  #size = 0;

  constructor(packing: Packing, buffer: Uint8Array, sink: PieceSink) {
    this.#packing = packing;
    this.#buffer = buffer;
    this.#sink = sink;
  }

  add(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      const part = bytes.subarray(offset, offset + CHUNK_BYTES - this.#size);
      this.#buffer.set(part, this.#size);
      this.#size += part.length;
      offset += part.length;
      if (this.#size === CHUNK_BYTES) this.flush();
    }
  }

  flush(): void {
    if (this.#size === 0) return;
    const bytes = this.#buffer.subarray(0, this.#size);
    this.#sink.tar(bytes);
    const packed = packChunk(bytes, this.#packing);
    this.#sink.packed(packed);
    release(packed);
    this.#size = 0;
  }
}

interface PieceContext {
  readonly packing: Packing;
  readonly chunk: Chunk;
  readonly sink: PieceSink;
  /** Where blobs are read to. */
  readonly buffer: Uint8Array;
}

async function packContent(
  content: StoredContent | DecodedContent,
  context: PieceContext,
): Promise<void> {
  const { stored, expected, size } = content;
  const isSmall = size <= WHOLE_BYTES && stored.unpackedSize <= WHOLE_BYTES;
  const blob = isSmall ? readStored(stored, context.buffer) : undefined;
  // The runtime's zstd decodes a cut frame and a single frame of several without a word: only the
  // way in steps is exact.
  const inSteps = blob === undefined || (expected?.decode === true && isZstd(blob));
  if (content.kind === "decoded") {
    if (inSteps) await packDecodedInSteps(content, context);
    else packDecoded(content, blob, context);
    if (blob !== undefined && blob.buffer !== context.buffer.buffer) release(blob);
    return;
  }
  for await (const step of blob === undefined ? readStoredInSteps(stored) : [blob]) {
    context.chunk.add(step);
  }
  if (expected === undefined) return;
  if (!inSteps) decodeBlob(blob, expected);
  else for await (const _ of decodeInSteps(stored, expected));
}

function packDecoded(
  { expected, patch }: DecodedContent,
  blob: Uint8Array,
  { packing, chunk, sink }: PieceContext,
): void {
  const bytes = decodeBlob(blob, expected);
  inspectBytes(bytes, expected, sink);
  if (patch !== undefined) {
    applyPatch(patch, bytes, 0);
  } else if (expected.decode && canSplice(blob, blob.length, packing)) {
    chunk.flush();
    sink.tar(bytes);
    sink.packed(blob);
    releaseDecoded(bytes, blob);
    return;
  }
  chunk.add(bytes);
  releaseDecoded(bytes, blob);
}

/** A blob that was not packed is its own content, and its memory is used again. */
function releaseDecoded(bytes: Uint8Array, blob: Uint8Array): void {
  if (bytes.buffer !== blob.buffer) release(bytes);
}

async function packDecodedInSteps(
  { stored, expected, patch }: DecodedContent,
  { packing, chunk, sink }: PieceContext,
): Promise<void> {
  const beginning = await firstBytes(stored);
  const splice = patch === undefined && expected.decode &&
    canSplice(beginning, stored.unpackedSize, packing);
  if (splice) chunk.flush();
  let position = 0;
  const onStored = splice ? (bytes: Uint8Array) => sink.packed(bytes) : undefined;
  const inspection = new Inspection(expected);
  for await (const bytes of decodeInSteps(stored, expected, onStored)) {
    inspection.update(bytes);
    if (patch !== undefined) applyPatch(patch, bytes, position);
    if (splice) sink.tar(bytes);
    else chunk.add(bytes);
    position += bytes.length;
    releaseStep(bytes);
  }
  await inspection.finish(() => decodeInSteps(stored, expected), sink);
}

async function firstBytes(stored: StoredBytes): Promise<Uint8Array> {
  for await (const step of readStoredInSteps(stored)) return step;
  return new Uint8Array();
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
