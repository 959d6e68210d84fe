import assert from "node:assert/strict";
import { failuresOf } from "../../src/failure/mod.ts";

/** The messages of the failures that an action ends in, each behind its id. */
export async function failuresFrom(action: () => unknown): Promise<readonly string[]> {
  try {
    await action();
  } catch (error) {
    const failures = failuresOf(error);
    if (failures.length === 0) throw error;
    for (const { message } of failures) {
      assert.doesNotMatch(message, /\n|\.$/, "a message is one line without a period");
    }
    return failures.map(({ id, message }) => `${id} ${message}`);
  }
  assert.fail("expected a failure, found none");
}
