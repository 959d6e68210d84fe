import { type Failure, type Failures, failuresOf } from "../failure/mod.ts";
import type { CheckFacts } from "./check_facts.ts";

/** What a check found of one thing that a build needs. */
export interface Check {
  /** What was looked at, in a word or two. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, in one line. */
  readonly message: string;
  /** What helps, in one line; a failure's message says it itself. */
  readonly cure?: string;
  /** Why a build cannot go on. */
  readonly failure?: Failure | Failures;
}

/** `skipped` when the thing is not needed, or nothing is known of it. */
export type CheckStatus = "ok" | "warning" | "failed" | "skipped";

/** Looks at facts alone. */
export type CheckFunction = (facts: CheckFacts) => Check;

/** All that keeps a build from going on, for `throwFailures`. */
export function failuresOfChecks(checks: readonly Check[]): readonly Failure[] {
  return checks.flatMap(({ failure }) => failuresOf(failure));
}

/** A check that is all right. */
export function passed(name: string, message: string): Check {
  return { name, status: "ok", message };
}

/** A check of which nothing is to be said. */
export function skipped(name: string, message: string): Check {
  return { name, status: "skipped", message };
}

/** A check of something that was not found or not read. */
export function failed(name: string, failure: Failure | Failures): Check {
  return { name, status: "failed", message: failure.message.replaceAll("\n", "; "), failure };
}
