/** How fast something goes, smoothed: the last seconds count, not the last chunk. */
export interface Throughput {
  readonly startedAt: number;
  /** When it was last looked at, in ms. */
  readonly at: number;
  /** Bytes that were done then. */
  readonly done: number;
  /** Bytes a second. */
  readonly rate: number;
}

/** After this time an old rate counts for a third. */
const MEMORY_MS = 3000;

/** Nothing done yet. */
export function startPace(now: number): Throughput {
  return { startedAt: now, at: now, done: 0, rate: 0 };
}

/** Options of {@linkcode advancePace}. */
export interface AdvanceOptions {
  readonly done: number;
  /** In ms. */
  readonly now: number;
}

/**
 * The pace after a further look: a moving average by time, and the plain average until there is
 * enough to remember. What is done again after a failure (`done` falls) counts as standing still.
 */
export function advancePace(pace: Throughput, { done, now }: AdvanceOptions): Throughput {
  const passed = now - pace.at;
  if (passed <= 0) return pace;
  const fresh = Math.max(0, done - pace.done) * 1000 / passed;
  const weight = Math.max(
    1 - Math.exp(-passed / MEMORY_MS),
    passed / (now - pace.startedAt),
  );
  return { ...pace, at: now, done, rate: pace.rate + weight * (fresh - pace.rate) };
}
