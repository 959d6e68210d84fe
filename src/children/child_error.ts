/** Why a program gave no answer. */
export type ChildErrorKind =
  /** No such program. */
  | "missing"
  /** There, and not to be run. */
  | "unusable"
  /** It took too long. */
  | "late"
  /** It said more than anybody would read. */
  | "endless";

/** A program that gave no answer. The message goes on where the program was named: `it is not on PATH`. */
export class ChildError extends Error {
  override readonly name = "ChildError";
  readonly trouble: ChildErrorKind;

  constructor(trouble: ChildErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

/** What the system says of a program that cannot be started. */
export function startError(error: unknown): ChildError {
  const isMissing = (error as { code?: string }).code === "ENOENT";
  return isMissing
    ? new ChildError("missing", "it is not on PATH", { cause: error })
    : new ChildError("unusable", "it cannot be run", { cause: error });
}
