import { type Clock, SYSTEM_CLOCK } from "./clock.ts";

/** How often something is tried, and how long the pauses between are. */
export interface Backoff {
  /** How many tries in all. */
  readonly tries: number;
  /** Waits after the try with this number (from 1) has failed. @throws The signal's reason. */
  pause(failedTry: number, options?: PauseOptions): Promise<void>;
}

/** Options of {@linkcode Backoff.pause}. */
export interface PauseOptions {
  /** The value of a `Retry-After` header: it is kept to when it asks for a longer pause. */
  readonly retryAfter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told the length of the pause before it begins. */
  readonly onPause?: ((milliseconds: number) => void) | undefined;
}

/** Options of {@linkcode createBackoff}. */
export interface BackoffOptions {
  /** 5 by default. */
  readonly tries?: number;
  readonly clock?: Clock;
  /** A number from 0 to below 1. */
  readonly random?: () => number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_RETRY_AFTER_MS = 120_000;

/** Pauses that double from one second, shortened by chance to no less than half, so that clients spread. */
export function createBackoff(
  { tries = 5, clock = SYSTEM_CLOCK, random = Math.random }: BackoffOptions = {},
): Backoff {
  return {
    tries,
    async pause(failedTry, { retryAfter, signal, onPause } = {}) {
      const doubled = Math.min(FIRST_PAUSE_MS * 2 ** (failedTry - 1), LONGEST_PAUSE_MS);
      const asked = retryAfter === undefined ? 0 : retryAfterMs(retryAfter, clock.now()) ?? 0;
      const pause = Math.max(
        Math.round(doubled * (0.5 + random() / 2)),
        Math.min(asked, LONGEST_RETRY_AFTER_MS),
      );
      onPause?.(pause);
      await clock.sleep(pause, signal === undefined ? {} : { signal });
    },
  };
}

/**
 * What a `Retry-After` header asks for, in milliseconds from now: seconds or a date.
 * `undefined` when it is neither. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(header: string, now: number): number | undefined {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
