import { type Failure, failuresOf, throwFailures } from "../failure/mod.ts";

/**
 * Does things that do not depend on each other and gathers what is wrong with them, so that a user
 * reads all of it at once.
 */
export class Attempts {
  readonly #failures: Failure[] = [];

  /** @returns `undefined` when it failed. @throws what is no Failure. */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      const failures = failuresOf(error);
      if (failures.length === 0) throw error;
      this.#failures.push(...failures);
      return undefined;
    }
  }

  get failed(): boolean {
    return this.#failures.length > 0;
  }

  /** @throws {Failure} or {Failures} when anything failed. */
  finish(): void {
    throwFailures(this.#failures);
  }
}
