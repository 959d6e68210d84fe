import { type CondaDependency, type DependencyParts, dependencyParts } from "../robot/mod.ts";

/**
 * A dependency as RCC understands it.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/conda/condayaml.go (`Dependency`)
 */
export interface Requirement extends DependencyParts {
  /** Where it stands in conda.yaml. */
  readonly dependency: CondaDependency;
}

/** Reads a dependency. Nothing when it has no name: RCC passes over it then. */
export function parseRequirement(dependency: CondaDependency): Requirement | undefined {
  const parts = dependencyParts(dependency.text);
  return parts && { dependency, ...parts };
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
