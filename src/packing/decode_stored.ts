import { createGunzip } from "node:zlib";
import { ContentVerifier } from "./check.ts";
import type { Expected, StoredBytes } from "./content.ts";
import { decompressing, isGzip, isZstd, releaseStep, throughZlib } from "../compression/mod.ts";
import { readStoredInSteps, STEP_BYTES } from "./read_stored.ts";

/**
 * Decodes a blob of any size in steps, zstd too.
 *
 * @throws when the content is not the expected one, or the blob holds more than whole members or frames.
 */
export async function* decodeInSteps(
  stored: StoredBytes,
  expected: Expected,
): AsyncGenerator<Uint8Array> {
  const check = new ContentVerifier(expected);
  const steps = expected.decode ? decodeSteps(stored) : readStoredInSteps(stored);
  for await (const chunk of steps) {
    check.update(chunk);
    yield chunk;
  }
  check.finish();
}

async function* decodeSteps(stored: StoredBytes): AsyncGenerator<Uint8Array> {
  const steps = readStoredInSteps(stored);
  const first = await steps.next();
  if (first.done) return;
  const beginning = first.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let step: IteratorResult<Uint8Array> = first; !step.done; step = await steps.next()) {
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
