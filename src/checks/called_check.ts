import type { OsRelease } from "../base/mod.ts";
import { CALLED_BY_PACKAGES, type CalledByPackage } from "./called_programs.ts";
import { debianPackage } from "./debian_packages.ts";

/** What an image has of what packages call. */
export interface CalledFacts {
  /** The environment's packages, see `installedPackages`. */
  readonly packages: ReadonlySet<string>;
  hasProgram(name: string): boolean;
  hasLibrary(name: string): boolean;
  /** Of the image, by their names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly release?: OsRelease | undefined;
}

const CURE = "use a base that has those which the robot uses";

/** One warning for all that packages would call in vain. */
export function calledWarnings(facts: CalledFacts): readonly string[] {
  const lacking = new Map<string, string[]>();
  for (const called of CALLED_BY_PACKAGES) {
    if (!facts.packages.has(called.name) || isThere(called, facts)) continue;
    const what = describe(called, facts.release);
    lacking.set(what, [...lacking.get(what) ?? [], called.name]);
  }
  if (lacking.size === 0) return [];
  const list = [...lacking].map(([what, names]) => `${what} for ${names.join(", ")}`).join("; ");
  return [`packages call what neither the environment nor the base has, ${CURE}: ${list}`];
}

function isThere(
  { programs = [], library, display }: CalledByPackage,
  { hasProgram, hasLibrary, variables }: CalledFacts,
): boolean {
  if (display) {
    return ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => (variables[name] ?? "") !== "") ||
      hasProgram("Xvfb");
  }
  return library === undefined ? programs.some(hasProgram) : hasLibrary(library);
}

function describe(
  { programs = [], library, display, debian }: CalledByPackage,
  release: OsRelease | undefined,
): string {
  const owner = library === undefined ? debian : debianPackage(library, release);
  const what = display ? "a display" : programs.length > 3 ? "a browser" : programs[0] ?? library!;
  return owner === undefined ? what : `${what} (Debian's package ${owner})`;
}
