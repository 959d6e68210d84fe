import type { OsRelease } from "../base/mod.ts";
import data from "./debian_packages.json" with { type: "json" };

/**
 * The package of Debian that has a library: that of the release, as far as it is known, or of the
 * newest one. The data are Debian's own, see scripts/debian_packages.ts.
 *
 * @param name As programs ask for it: `libGL.so.1`.
 */
export function debianPackage(name: string, release: OsRelease | undefined): string | undefined {
  // Whatever is made of Debian has its names; all others are told where to look further.
  const own = release?.id === "debian" && release.version === "12" ? data["12"] : data["13"];
  return find(data.all, name) ?? find(own, name);
}

function find(owners: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(owners).find(([, libraries]) => libraries.split(" ").includes(name))?.[0];
}
