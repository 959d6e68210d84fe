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
export type { FailureId, FailureKind } from "./ids.ts";

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
  if (failures.length > 0) throw joinFailures(failures);
}

/** At least one, as what is thrown: one alone is itself. */
export function joinFailures(failures: readonly Failure[]): Failure | Failures {
  return failures.length === 1 ? failures[0]! : new Failures(failures);
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

/**
 * What the runtime refuses, because it was started without the permission for it, is the user's to
 * allow: https://docs.deno.com/runtime/fundamentals/security/. Anything else stays as it is.
 */
export function asPermissionFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "NotCapable") return error;
  const [, what, flag] = REFUSAL.exec(error.message) ?? [];
  const refused = what === undefined ? error.message : `Deno allows no ${what}`;
  const cure = flag === undefined ? "run with -A" : `run with ${flag}, or with -A`;
  return new Failure("rcc/permission", `${refused}, ${cure}`, { cause: error });
}

/** `Requires read access to "/etc", run again with the --allow-read flag` */
const REFUSAL = /^Requires (.+), run again with the (--allow-[a-z]+) flag/;

/** In characters. Paths that a system takes are shorter in all but the rarest cases. */
const LONGEST_WORD = 1000;
const KEPT = 60;
const LONG_WORD = new RegExp(`\\S{${LONGEST_WORD + 1},}`, "g");

/** Cuts words that nobody can read in their middle, such as a name that the system finds too long. */
function shorten(text: string): string {
  return text.replace(LONG_WORD, (word) => `${word.slice(0, KEPT)}…${word.slice(-KEPT)}`);
}
