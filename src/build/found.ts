import type { Found } from "../checks/mod.ts";
import { asPermissionFailure, type Failure, failuresOf, joinFailures } from "../failure/mod.ts";

/** Waits for something and keeps what is wrong with it as a fact. @throws what nobody could expect. */
export async function asFound<Value>(work: Promise<Value>): Promise<Found<Value>> {
  try {
    return { found: await work };
  } catch (error) {
    const failures = failuresOf(asPermissionFailure(error));
    if (failures.length === 0) throw error;
    return { error: joinFailures(failures) };
  }
}

/** Another fact of the same thing. */
export function mapFound<Value, Other>(
  fact: Found<Value>,
  change: (value: Value) => Other,
): Found<Other> {
  return "found" in fact ? { found: change(fact.found) } : fact;
}

/** What was found. @throws {TypeError} when that was not made sure of. */
export function foundOf<Value>(fact: Found<Value>): Value {
  if ("found" in fact) return fact.found;
  throw new TypeError("expected something that was found");
}

/** Why things were not found. */
export function failuresOfFacts(facts: readonly Found<unknown>[]): readonly Failure[] {
  return facts.flatMap((fact) => "error" in fact ? failuresOf(fact.error) : []);
}
