import { createInflateRaw } from "node:zlib";
import type { StoredBytes } from "./content.ts";
import { openPacked } from "./stored_source.ts";
import { throughZlib } from "../compression/mod.ts";

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
  using source = openPacked(stored);
  while (source.left > 0) {
    const step = new Uint8Array(Math.min(STEP_BYTES, source.left));
    yield step.subarray(0, source.read(step));
  }
}

function requireUnpackedSize(found: number, { path, unpackedSize }: StoredBytes): void {
  if (found !== unpackedSize) {
    throw new RangeError(`expected ${unpackedSize} bytes, found another size in "${path}"`);
  }
}
