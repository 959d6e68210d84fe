/**
 * Long work on the main thread, with breaks: signals and the progress on the screen must not wait
 * for 200,000 files. A promise for each of them would cost more than their work.
 */
import { setImmediate } from "node:timers/promises";

/** Options of {@linkcode inSlices}. */
export interface SlicesOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Runs steps of work, and gives way to others every few milliseconds. */
export async function inSlices<Result>(
  steps: Generator<unknown, Result>,
  { signal }: SlicesOptions = {},
): Promise<Result> {
  signal?.throwIfAborted();
  const pace = new Pace();
  try {
    for (let count = 1;; count++) {
      const step = steps.next();
      if (step.done) return step.value;
      if (count % STEPS_A_LOOK !== 0 || !pace.isOver()) continue;
      await pace.giveWay();
      signal?.throwIfAborted();
    }
  } finally {
    steps.return(undefined as never);
  }
}

/** Passes chunks on that are made on this thread, such as decompressed ones, in the same manner. */
export async function* paced<Chunk>(
  chunks: Iterable<Chunk> | AsyncIterable<Chunk>,
): AsyncGenerator<Chunk> {
  const pace = new Pace();
  for await (const chunk of chunks) {
    yield chunk;
    if (pace.isOver()) await pace.giveWay();
  }
}

const SLICE_MS = 15;
/** A step takes microseconds, and looking at the clock is not much less. */
const STEPS_A_LOOK = 16;

class Pace {
  #end = performance.now() + SLICE_MS;

  isOver(): boolean {
    return performance.now() >= this.#end;
  }

  async giveWay(): Promise<void> {
    await setImmediate();
    this.#end = performance.now() + SLICE_MS;
  }
}
