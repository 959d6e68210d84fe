/** A dependency as rcc takes it apart. */
export interface DependencyParts {
  /** All of it, without white space at the ends. */
  readonly text: string;
  readonly name: string;
  /** Such as `==`; may be empty. */
  readonly qualifier: string;
  /** What stands behind the qualifier; may be empty. */
  readonly versions: string;
}

// Go's `\s` is ASCII only, and its `.` is all but a line feed.
const DEPENDENCY = /^([^<=~!> ]+)[\t\n\f\r ]*(?:([<=~!>]*)[\t\n\f\r ]*([^\t\n\f\r ]+[^\n]*?))?$/u;

/**
 * Takes a dependency apart. Nothing when it has no name: rcc passes over it then. `foo==` without a
 * version has the qualifier `=` and the version `=`.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/conda/condayaml.go (`AsDependency`)
 */
export function dependencyParts(text: string): DependencyParts | undefined {
  const match = DEPENDENCY.exec(goTrim(text));
  if (match === null) return undefined;
  const [whole, name, qualifier = "", versions = ""] = match;
  return { text: whole, name: name!, qualifier, versions };
}

/** Cuts off what Go's `strings.TrimSpace` takes for white space: U+0085 is, U+FEFF is not. */
export function goTrim(text: string): string {
  return text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, "");
}
