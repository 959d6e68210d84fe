/**
 * What can go wrong for the user, as one type. Every failure has an id: its first part is the kind,
 * from which `main.ts` picks the exit code, and the whole id is a section of docs/troubleshooting.md.
 *
 * ```ts
 * import { Failure } from "./mod.ts";
 *
 * const failure = new Failure("robot/not-found", `failed to read "robot.yaml": no such file, name one with --robot`);
 * failure.kind; // "robot"
 * ```
 *
 * @module
 */
import type { FailureId, FailureKind } from "./ids.ts";
import { shorten } from "./shorten.ts";
export type { FailureId, FailureKind } from "./ids.ts";
export { asPermissionFailure } from "./permission.ts";

/** Options of {@linkcode Failure}. */
export interface FailureOptions extends ErrorOptions {
  /** Further lines that `-v` shows: never secrets. */
  readonly details?: readonly string[];
}

/**
 * One thing that stands in the user's way, with its cure in the message.
 *
 * The message is one line: `failed to <action> "<value>": <what was met>, <what would have worked>`.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly id: FailureId;
  readonly details: readonly string[];

  constructor(id: FailureId, message: string, options: FailureOptions = {}) {
    super(shorten(message), options);
    this.id = id;
    this.details = options.details ?? [];
  }

  get kind(): FailureKind {
    return this.id.slice(0, this.id.indexOf("/")) as FailureKind;
  }
}

/** Everything that could be known at once to stand in the user's way. Never empty. */
export class Failures extends Error {
  override readonly name = "Failures";
  readonly all: readonly Failure[];

  constructor(all: readonly Failure[]) {
    if (all.length === 0) throw new RangeError("failed to make Failures: expected at least one");
    super(all.map((failure) => failure.message).join("\n"));
    this.all = all;
  }
}

/** Throws what was collected: nothing for none, the failure itself for one, all of them for more. */
export function throwFailures(failures: readonly Failure[]): void {
  if (failures.length === 0) return;
  if (failures.length === 1) throw failures[0];
  throw new Failures(failures);
}

/** The failures inside an error, none when it is something else. */
export function failuresOf(error: unknown): readonly Failure[] {
  if (error instanceof Failure) return [error];
  if (error instanceof Failures) return error.all;
  return [];
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return shorten(error instanceof Error ? error.message : String(error));
}
