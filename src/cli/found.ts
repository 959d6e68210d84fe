import type { Found } from "../checks/mod.ts";
import { Failures, failuresOf } from "../failure/mod.ts";
import { asPermissionFailure } from "./permission.ts";

/** Does something and keeps what is wrong with it as a fact. @throws what nobody could expect. */
export async function asFound<Value>(work: () => Promise<Value>): Promise<Found<Value>> {
  try {
    return { found: await work() };
  } catch (error) {
    const failures = failuresOf(asPermissionFailure(error));
    if (failures.length === 0) throw error;
    return { error: failures.length === 1 ? failures[0]! : new Failures(failures) };
  }
}

/** Another fact of the same thing. */
export function mapFound<Value, Other>(
  fact: Found<Value>,
  change: (value: Value) => Other,
): Found<Other> {
  return "found" in fact ? { found: change(fact.found) } : fact;
}
