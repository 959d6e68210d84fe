import type { Clock } from "./clock.ts";

const FIRST_GAP_MS = 250;
const LONGEST_GAP_MS = 4_000;

/**
 * How fast requests may follow one another to one host: as fast as they come, until it answers that
 * there are too many. All who ask there share it, for each by itself would try in vain again and again.
 */
export class RequestRate {
  readonly #clock: Clock;
  #gapMs = 0;
  #next = 0;
  #slowedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for its turn. @returns When it came. @throws The signal's reason. */
  async turn(signal: AbortSignal | undefined): Promise<number> {
    const now = this.#clock.now();
    if (this.#gapMs === 0) return now;
    const at = Math.max(now, this.#next);
    this.#next = at + this.#gapMs;
    if (at > now) await this.#clock.sleep(at - now, signal === undefined ? {} : { signal });
    return at;
  }

  /** A request that was sent then was one too many; those that had been sent already say the same. */
  slow(sentAt: number): void {
    if (sentAt < this.#slowedAt) return;
    this.#slowedAt = this.#clock.now();
    this.#gapMs = this.#gapMs === 0 ? FIRST_GAP_MS : Math.min(this.#gapMs * 2, LONGEST_GAP_MS);
  }
}
