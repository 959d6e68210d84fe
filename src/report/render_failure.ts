import { type Failure, failuresOf, messageOf } from "../failure/mod.ts";

/** An error for people: one line that says it, and those that only `-v` shows. */
export interface FailureText {
  readonly message: string;
  readonly more: readonly string[];
}

/** Options of {@linkcode renderFailure}. */
export interface RenderFailureOptions {
  readonly verbose: boolean;
}

/** What went wrong, for programs: the document that `--json` prints where there is no other. */
export function failureDocument(error: unknown, options: RenderFailureOptions): FailureDocument {
  const failures = failuresOf(error);
  const otherId = isInterruption(error) ? "interrupted" : "unexpected";
  return {
    failures: renderFailure(error, options).map(({ message, more }, i) => {
      const { id = otherId, message: own = message } = failures[i] ?? {};
      return { id, message: own, ...(more.length === 0 ? {} : { details: more }) };
    }),
  };
}

/** Every failure with its id, which docs/troubleshooting.md has a section of. */
export interface FailureDocument {
  readonly failures: readonly {
    readonly id: string;
    readonly message: string;
    /** With `-v`. */
    readonly details?: readonly string[];
  }[];
}

/** One text for each failure, or for the error that nobody expected. Never a stack trace. */
export function renderFailure(
  error: unknown,
  { verbose }: RenderFailureOptions,
): readonly FailureText[] {
  const failures = failuresOf(error);
  if (failures.length === 0) {
    const message = isInterruption(error)
      ? textOf(error)
      : `unexpected: ${describe(error)}, please report it`;
    return [{ message, more: verbose ? causesOf(error) : [] }];
  }
  return failures.map((failure) =>
    verbose
      ? { message: `${failure.message} (${failure.id})`, more: moreOf(failure) }
      : { message: failure.message, more: [] }
  );
}

/** Somebody wanted it so: there is nothing to report. */
function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function moreOf(failure: Failure): readonly string[] {
  return [...failure.details, ...causesOf(failure)];
}

/** What led to it, the nearest cause first. Causes may be many, and go in circles. */
function causesOf(error: unknown): readonly string[] {
  const seen = new Set<unknown>([error]);
  const waiting = below(error);
  const lines: string[] = [];
  for (const cause of waiting) {
    if (seen.has(cause) || lines.length === MOST_CAUSES) continue;
    seen.add(cause);
    lines.push(`because: ${describe(cause)}`);
    waiting.push(...below(cause));
  }
  return lines;
}

const MOST_CAUSES = 10;

function below(error: unknown): unknown[] {
  if (!(error instanceof Error)) return [];
  const several = error instanceof AggregateError ? error.errors : [];
  return error.cause === undefined ? [...several] : [error.cause, ...several];
}

/** The kind of error where it has one, and its message. */
function describe(error: unknown): string {
  const message = textOf(error);
  if (!(error instanceof Error) || PLAIN_NAMES.has(error.name)) return message;
  return message === "" ? error.name : `${error.name}: ${message}`;
}

const PLAIN_NAMES: ReadonlySet<string> = new Set(["Error", "Failure", "Failures"]);

/** Even of what cannot be made a text, as `Object.create(null)`. */
function textOf(error: unknown): string {
  try {
    return messageOf(error);
  } catch {
    return "something without a text";
  }
}
