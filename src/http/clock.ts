import { setTimeout } from "node:timers/promises";

/** The time, and waiting for it. Tests put one of their own in its place. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @throws The signal's reason when it is aborted meanwhile. */
  sleep(milliseconds: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, { signal } = {}) {
    try {
      await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
