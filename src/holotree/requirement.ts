import type { CondaDependency } from "../robot/mod.ts";
import { goTrim } from "./go_text.ts";

/**
 * A dependency as RCC understands it.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/conda/condayaml.go (`Dependency`)
 */
export interface Requirement {
  /** Where it stands in conda.yaml. */
  readonly dependency: CondaDependency;
  /** As the blueprint has it. */
  readonly text: string;
  readonly name: string;
  /** Such as `==`; may be empty. */
  readonly qualifier: string;
  /** What stands behind the qualifier; may be empty. */
  readonly versions: string;
}

// Go's `\s` is ASCII only, and its `.` is all but a line feed.
const REQUIREMENT = /^([^<=~!> ]+)[\t\n\f\r ]*(?:([<=~!>]*)[\t\n\f\r ]*([^\t\n\f\r ]+[^\n]*?))?$/u;

/** Reads a dependency. Nothing when it has no name: RCC passes over it then. */
export function parseRequirement(dependency: CondaDependency): Requirement | undefined {
  const match = REQUIREMENT.exec(goTrim(dependency.text));
  if (match === null) return undefined;
  const [text, name, qualifier = "", versions = ""] = match;
  return { dependency, text, name: name!, qualifier, versions };
}

/** Whether both name one package. Options of pip, which start with `-`, never do. */
export function isSamePackage(a: Requirement, b: Requirement): boolean {
  return a.name === b.name && !a.name.startsWith("-");
}

/**
 * The one that says more about the version of a package, the first when both say the same. Nothing
 * when they contradict each other.
 */
export function moreSpecific(first: Requirement, second: Requirement): Requirement | undefined {
  if (!hasVersion(second)) return first;
  if (!hasVersion(first)) return second;
  const isEqual = first.qualifier === second.qualifier && first.versions === second.versions;
  return isEqual ? first : undefined;
}

function hasVersion({ qualifier, versions }: Requirement): boolean {
  return qualifier !== "" || versions !== "";
}
