/** A package that an image is said to have. */
export interface ListedPackage {
  /** Of its package URL: `pypi`, `conda`, `deb`. */
  readonly type: string;
  readonly name: string;
  readonly version: string;
}

/** Something that differs between two lists; `versions` are those of the one that has it. */
export interface PackageChange {
  readonly change: "added" | "removed" | "changed";
  readonly type: string;
  readonly name: string;
  /** Before and after; one of them is empty where it is not there. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** Sorted by type and name, and each once: names of PyPI are normalised as PEP 503 says. */
export function sortPackages(packages: Iterable<ListedPackage>): readonly ListedPackage[] {
  const byText = new Map<string, ListedPackage>();
  for (const { type, name, version } of packages) {
    const normal = type === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name;
    byText.set(`${type}\0${normal}\0${version}`, { type, name: normal, version });
  }
  return [...byText].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one);
}

/** What became of the packages of one image in another. */
export function comparePackages(
  before: readonly ListedPackage[],
  after: readonly ListedPackage[],
): readonly PackageChange[] {
  const [from, to] = [before, after].map((packages) =>
    Map.groupBy(sortPackages(packages), ({ type, name }) => `${type}\0${name}`)
  );
  return [...new Set([...from!.keys(), ...to!.keys()])].sort().flatMap((key) => {
    const [old, now] = [from!.get(key) ?? [], to!.get(key) ?? []]
      .map((packages) => packages.map(({ version }) => version));
    if (`${old}` === `${now}`) return [];
    const [type, name] = key.split("\0");
    const change = old!.length === 0 ? "added" : now!.length === 0 ? "removed" : "changed";
    return { change, type: type!, name: name!, from: old!, to: now! };
  });
}
