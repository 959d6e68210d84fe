import { createHash } from "node:crypto";

/** What a stream of bytes was: its size in bytes and its SHA-256 as 64 hex digits. */
export interface Measurement {
  readonly size: number;
  readonly sha256: string;
}

/** Hashes and counts what passes by. node:crypto, for it hashes at over 1 GB/s. */
export class Measure {
  #hash = createHash("sha256");
  #size = 0;

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  /** Of what has passed by now, in bytes. */
  get size(): number {
    return this.#size;
  }

  /** Ends the measuring: no update may follow. */
  finish(): Measurement {
    return { size: this.#size, sha256: this.#hash.digest("hex") };
  }
}

/** Measures bytes that are in memory, one after the other. */
export function measureBytes(...chunks: readonly Uint8Array[]): Measurement {
  const measure = new Measure();
  for (const chunk of chunks) measure.update(chunk);
  return measure.finish();
}

/**
 * A stream that passes its bytes on unchanged and calls `onEnd` with what they were, before the
 * reader is told that they ended. `onEnd` may throw to refuse them.
 */
export function measuring(
  onEnd: (measurement: Measurement) => void,
): TransformStream<Uint8Array, Uint8Array> {
  const measure = new Measure();
  return new TransformStream({
    transform(chunk, controller) {
      measure.update(chunk);
      controller.enqueue(chunk);
    },
    flush() {
      onEnd(measure.finish());
    },
  });
}
