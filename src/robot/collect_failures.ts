import { type Failure, failuresOf } from "../failure/mod.ts";

/** What an action gives, or undefined and its failures among the others. */
export async function collectFailures<T>(
  failures: Failure[],
  action: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    const met = failuresOf(error);
    if (met.length === 0) throw error;
    failures.push(...met);
    return undefined;
  }
}
