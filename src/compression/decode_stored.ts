import { createGunzip, gunzipSync } from "node:zlib";
import { requireForeseen, startCheck } from "./check.ts";
import type { Expected, StoredBytes } from "./content.ts";
import { decompressing } from "./decompress.ts";
import { isGzip } from "./gzip.ts";
import { readStoredInSteps, STEP_BYTES } from "./read_stored.ts";
import { releaseStep } from "./release.ts";
import { throughZlib } from "./through_zlib.ts";
import { isZstd } from "./zstd.ts";

/**
 * Decodes a whole blob in memory: undoes gzip, told by its magic; other bytes are returned as they
 * are. No more than the expected size is ever made of it.
 *
 * @throws when the content is not the expected one, or the blob holds more than whole gzip members.
 */
export function decodeBlob(blob: Uint8Array, expected: Expected): Uint8Array {
  const content = expected.decode ? decodeWhole(blob, expected.size) : blob;
  requireSize(content.length, expected.size);
  const check = startCheck(expected.check);
  check.update(content);
  check.finish();
  requireForeseen(content, expected);
  return content;
}

/**
 * Decodes a blob of any size in steps, zstd too. `onStored` sees the stored bytes as they are read.
 *
 * @throws when the content is not the expected one, or the blob holds more than whole members or frames.
 */
export async function* decodeInSteps(
  stored: StoredBytes,
  expected: Expected,
  onStored: (bytes: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const check = startCheck(expected.check);
  let size = 0;
  const steps = expected.decode ? decodeSteps(stored, onStored) : readStoredInSteps(stored);
  for await (const chunk of steps) {
    if (size === 0) requireForeseen(chunk, expected);
    size += chunk.length;
    if (size > expected.size) break;
    check.update(chunk);
    yield chunk;
  }
  requireSize(size, expected.size);
  check.finish();
}

interface DecodedInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function decodeWhole(blob: Uint8Array, size: number): Uint8Array {
  const options = { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, 64), info: true };
  if (isGzip(blob)) {
    // With `info` both come back: node's types do not say so.
    const { buffer, engine } = gunzipSync(blob, options) as unknown as DecodedInfo;
    requireWholeMembers(engine.bytesWritten, blob.length);
    return buffer;
  }
  return blob;
}

async function* decodeSteps(
  stored: StoredBytes,
  onStored: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const steps = readStoredInSteps(stored);
  const first = await steps.next();
  if (first.done) return;
  const beginning = first.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let step: IteratorResult<Uint8Array> = first; !step.done; step = await steps.next()) {
      onStored(step.value);
      yield step.value;
    }
  }
  if (isGzip(beginning)) {
    const gunzip = createGunzip({ chunkSize: STEP_BYTES });
    yield* throughZlib(released(all()), gunzip);
    requireWholeMembers(gunzip.bytesWritten, stored.unpackedSize);
  } else if (isZstd(beginning)) {
    yield* decompressing("zstd", ReadableStream.from(all()));
  } else {
    yield* all();
  }
}

/** Gives back each step's memory when the next is asked for. */
async function* released(steps: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const step of steps) {
    yield step;
    releaseStep(step);
  }
}

/** A decoder may pass over zeros behind the last member; others refuse them, RCC among them. */
function requireWholeMembers(consumed: number, size: number): void {
  if (consumed !== size) {
    throw new RangeError(`expected whole gzip members only, found ${size - consumed} bytes behind`);
  }
}

function requireSize(found: number, size: number): void {
  if (found !== size) {
    throw new RangeError(`expected ${size} bytes, found ${found > size ? "more" : found}`);
  }
}
