import type { Clock } from "../../src/http/clock.ts";

/** A clock that does not wait: sleeping moves its time on and is written down. */
export class TestClock implements Clock {
  time = Date.UTC(2026, 0, 31, 12);
  /** Every pause, in milliseconds. */
  readonly pauses: number[] = [];

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    this.pauses.push(milliseconds);
    this.time += milliseconds;
    return Promise.resolve();
  }
}
