import { createInflateRaw } from "node:zlib";
import { RandomReader } from "../files/mod.ts";
import type { StoredBytes } from "./content.ts";
import { throughZlib } from "./through_zlib.ts";

/** Small enough to stay in the processor's cache, and to be had from the heap again and again. */
export const STEP_BYTES = 256 * 1024;

/** Reads stored bytes, without their packing, in steps of at most 256 KiB. */
export async function* readStoredInSteps(stored: StoredBytes): AsyncGenerator<Uint8Array> {
  if (stored.packing === "none") {
    yield* readSteps(stored);
    return;
  }
  let size = 0;
  for await (
    const chunk of throughZlib(readSteps(stored), createInflateRaw({ chunkSize: STEP_BYTES }))
  ) {
    size += chunk.length;
    if (size > stored.unpackedSize) break;
    yield chunk;
  }
  requireUnpackedSize(size, stored);
}

function* readSteps(stored: StoredBytes): Generator<Uint8Array> {
  using reader = new RandomReader(stored.path);
  for (let offset = 0; offset < stored.size; offset += STEP_BYTES) {
    const step = new Uint8Array(Math.min(STEP_BYTES, stored.size - offset));
    reader.read(stored.offset + offset, step);
    yield step;
  }
  requireSameSize(reader, stored);
}

/** A file that grew since it was listed has another size than its header says. */
function requireSameSize(reader: RandomReader, { path, offset, size, packing }: StoredBytes): void {
  const isWholeFile = packing === "none" && offset === 0;
  if (isWholeFile && reader.size !== size) {
    throw new RangeError(`expected ${size} bytes, found ${reader.size} in "${path}"`);
  }
}

function requireUnpackedSize(found: number, { path, unpackedSize }: StoredBytes): void {
  if (found !== unpackedSize) {
    throw new RangeError(`expected ${unpackedSize} bytes, found another size in "${path}"`);
  }
}
