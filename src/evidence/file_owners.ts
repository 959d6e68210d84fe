/** A package, and what it says is its own. */
export interface OwningPackage {
  readonly manager: "pip" | "conda";
  readonly files: readonly string[];
}

/**
 * The package of each file by its path: what pip has put in the place of a file of conda is pip's, and
 * of two packages of one manager the first has it.
 */
export function fileOwners(packages: readonly OwningPackage[]): ReadonlyMap<string, number> {
  const owners = new Map<string, number>();
  for (const manager of ["pip", "conda"] as const) {
    for (const [number, one] of packages.entries()) {
      if (one.manager !== manager) continue;
      for (const path of one.files) if (!owners.has(path)) owners.set(path, number);
    }
  }
  return owners;
}
