/** A way to pack relocations that is asked for by a name of its own, and came with this version. */
const RELR = { name: "GLIBC_ABI_DT_RELR", version: "2.36" } as const;

/** The newest of the versions that are glibc's: `GLIBC_2.34` is `2.34`. */
export function newestGlibc(names: readonly string[]): string | undefined {
  let newest: string | undefined;
  for (const name of names) {
    const version = name === RELR.name
      ? RELR.version
      : /^GLIBC_([0-9]{1,4}\.[0-9]{1,4})/.exec(name)?.[1];
    if (version === undefined) continue;
    if (newest === undefined || compareVersions(version, newest) > 0) newest = version;
  }
  return newest;
}

/** Below zero when the first of two versions such as `2.9` and `2.34` is the older one. */
export function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
