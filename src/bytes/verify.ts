import { type Measurement, measuring } from "./measure.ts";

/** Bytes were not what they were said to be. */
export class IntegrityError extends Error {
  override readonly name = "IntegrityError";
  readonly expected: Measurement;
  readonly found: Measurement;

  constructor(expected: Measurement, found: Measurement) {
    super(
      found.size !== expected.size
        ? `expected ${expected.size} bytes, found ${found.size}`
        : `expected sha256 ${expected.sha256}, found ${found.sha256}`,
    );
    this.expected = expected;
    this.found = found;
  }
}

/** @throws {IntegrityError} when they differ. */
export function requireEqual(expected: Measurement, found: Measurement): void {
  if (found.size !== expected.size || found.sha256 !== expected.sha256) {
    throw new IntegrityError(expected, found);
  }
}

/**
 * A stream that passes bytes on and fails with an {@linkcode IntegrityError} at their end when they
 * are not the expected ones, or as soon as they are too many.
 */
export function verifying(expected: Measurement): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  const measured = measuring((found) => requireEqual(expected, found));
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > expected.size) throw new IntegrityError(expected, { size, sha256: "" });
      controller.enqueue(chunk);
    },
  });
  return { writable: counted.writable, readable: counted.readable.pipeThrough(measured) };
}
