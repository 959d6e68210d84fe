import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../src/http/clock.ts";

/** Time in which many sleep at once: it goes on to the next who wakes while everybody waits. */
export class QueuedClock implements Clock {
  time = 0;
  readonly #sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  #isMoving = false;

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ until: this.time + milliseconds, wake });
      if (!this.#isMoving) void this.#move();
    });
  }

  /** Whoever is not asleep gets some of the real time to do something before. */
  async #move(): Promise<void> {
    this.#isMoving = true;
    while (this.#sleepers.length > 0) {
      await setTimeout(5);
      this.#sleepers.sort((a, b) => a.until - b.until);
      const next = this.#sleepers.shift();
      if (next === undefined) break;
      this.time = Math.max(this.time, next.until);
      next.wake();
    }
    this.#isMoving = false;
  }
}
