import { setImmediate } from "node:timers/promises";

/** Options of {@linkcode inSlices}. */
export interface SlicesOptions {
  readonly signal?: AbortSignal | undefined;
}

const SLICE_MS = 15;

/**
 * Runs steps of work on this thread and lets others have it every few milliseconds: signals and the
 * progress on the screen must not wait for 200,000 files. A promise for each of them would cost more
 * than their work.
 */
export async function inSlices<Result>(
  steps: Generator<unknown, Result>,
  { signal }: SlicesOptions = {},
): Promise<Result> {
  let sliceEnd = performance.now() + SLICE_MS;
  try {
    for (let step = steps.next();; step = steps.next()) {
      if (step.done) return step.value;
      if (performance.now() < sliceEnd) continue;
      await setImmediate();
      signal?.throwIfAborted();
      sliceEnd = performance.now() + SLICE_MS;
    }
  } finally {
    steps.return(undefined as never);
  }
}
