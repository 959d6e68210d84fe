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
  const found = (["Windows", "macOS"] as const).map((system) => ({
    system,
    paths: [] as string[],
  }));
  for (const path of paths) {
    for (const { system, paths } of found) if (ENDINGS[system].test(path)) paths.push(path);
  }
  return found.filter(({ paths }) => paths.length > 0);
}

/** One warning for each system. */
export function foreignBinaryWarnings(found: readonly ForeignBinaries[]): readonly string[] {
  return found.map(({ system, paths }) => foreignWarning(system, paths, paths.length));
}

const MOST_NAMED = 3;

/**
 * What is said of files that the image cannot load.
 *
 * @param what The system or machine that they are for.
 * @param paths The first of them.
 */
export function foreignWarning(what: string, paths: readonly string[], count: number): string {
  const named = paths.slice(0, MOST_NAMED).map((path) => JSON.stringify(path));
  const rest = count - named.length;
  const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
  return `the environment has files for ${what}, which the image cannot load: ${list}`;
}
