/** Files of an environment that only another system can load, told by their names. */
export interface ForeignBinaries {
  readonly system: "Windows" | "macOS";
  readonly paths: readonly string[];
}

const ENDINGS = { Windows: /\.(?:dll|pyd)$/i, macOS: /\.dylib$/i } as const;

/**
 * Looks through the paths of an environment. A few are in good environments too: some packages
 * bring the files of all systems.
 */
export function findForeignBinaries(paths: Iterable<string>): readonly ForeignBinaries[] {
  const all = [...paths];
  return (["Windows", "macOS"] as const)
    .map((system) => ({ system, paths: all.filter((path) => ENDINGS[system].test(path)) }))
    .filter(({ paths }) => paths.length > 0);
}

const MOST_NAMED = 3;

/** One warning for each system. */
export function foreignBinaryWarnings(found: readonly ForeignBinaries[]): readonly string[] {
  return found.map(({ system, paths }) => {
    const named = paths.slice(0, MOST_NAMED).map((path) => JSON.stringify(path));
    const rest = paths.length - named.length;
    const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
    return `the environment has files for ${system}, which Linux cannot load: ${list}`;
  });
}
