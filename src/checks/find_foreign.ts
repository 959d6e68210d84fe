import type { CondaDependency, CondaFile } from "../robot/mod.ts";
import { type DependencyName, readCondaName, readPipName } from "./dependency_name.ts";
import { evaluateMarker } from "./marker.ts";
import { PLATFORM_PACKAGES, type PlatformPackage } from "./platform_packages.ts";

/** A dependency that cannot work in the image. */
export interface ForeignDependency {
  readonly dependency: CondaDependency;
  readonly list: "conda" | "pip";
  /** In lower case with `-` between words. */
  readonly name: string;
  /** Why, in words that follow the dependency: `works on Windows alone`. */
  readonly reason: string;
  /** What Python imports of it. */
  readonly modules: readonly string[];
}

/**
 * The dependencies that cannot work on linux-64: known ones, those of another subfolder or wheel,
 * and those whose markers exclude Linux, whatever the version of Python is.
 */
export function findForeign(conda: CondaFile): readonly ForeignDependency[] {
  return [
    ...conda.dependencies.flatMap((dependency) => judge(dependency, "conda")),
    ...conda.pip.flatMap((dependency) => judge(dependency, "pip")),
  ];
}

function judge(
  dependency: CondaDependency,
  list: ForeignDependency["list"],
): readonly ForeignDependency[] {
  const read = list === "conda" ? readCondaName : readPipName;
  const named = read(dependency.text);
  if (named === undefined) return [];
  const { name } = named;
  const known = PLATFORM_PACKAGES.find((entry) => isMeant(entry, name, list));
  const reason = known === undefined ? reasonOf(named) : `works on ${known.worksOn} alone`;
  if (reason === undefined) return [];
  const modules = known?.modules ?? [name.replaceAll("-", "_")];
  return [{ dependency, list, name, reason, modules }];
}

function isMeant(
  entry: PlatformPackage,
  name: string,
  list: ForeignDependency["list"],
): boolean {
  if (entry.list !== undefined && entry.list !== list) return false;
  return entry.name.endsWith("*") ? name.startsWith(entry.name.slice(0, -1)) : name === entry.name;
}

function reasonOf({ platform, marker }: DependencyName): string | undefined {
  if (platform !== undefined) return `is for ${platform}`;
  if (marker === undefined || !excludesLinux(marker)) return undefined;
  return "has a marker that excludes Linux";
}

/** What pip cannot read it says itself. */
function excludesLinux(marker: string): boolean {
  try {
    return evaluateMarker(marker) === false;
  } catch {
    return false;
  }
}
