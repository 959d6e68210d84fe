import { lstat, readlink } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import * as posix from "node:path/posix";
import { Failure } from "../failure/mod.ts";
import { quote, quoteAll } from "./quote.ts";
import { isAtOrBelow, isOutside, normalPath } from "./robot_path.ts";
import type { RobotCommand } from "./robot_command.ts";

/** What robot.yaml names, as far as it can lie outside of the robot's folder. */
export interface NamedPaths {
  /** Absolute, of the host. */
  readonly directory: string;
  /** Relative to the folder: files, and folders. Those that are not there are needed by nobody. */
  readonly paths: readonly string[];
  readonly PATH: readonly string[];
  readonly commands: readonly RobotCommand[];
  /** Made where it is not there. */
  readonly artifactsDir: string;
}

/** What of a robot lies outside of its folder, and where all of it begins. */
export interface RobotReach {
  /** The folder that holds all that is packed, absolute: the robot's own for nearly every robot. */
  readonly root: string;
  /** The robot's folder, relative to the root, with `/`: `.` when they are one. */
  readonly below: string;
  /** What is packed besides the robot's folder, relative to that: `../shared`. */
  readonly outside: readonly string[];
}

/** Finds what a robot needs from outside of its folder, by names and by links that they lead over. */
export async function findReach(named: NamedPaths): Promise<RobotReach> {
  const { directory, artifactsDir } = named;
  const found = await Promise.all(
    [...new Set(candidatesOf(named))].map((path) => outsideOf(path, directory)),
  );
  const unique = [...new Set(found.flat())].sort();
  const outside = unique.filter((path) =>
    !unique.some((other) => other !== path && isAtOrBelow(path, other))
  );
  const all = [...outside, ...(isOutside(artifactsDir) ? [artifactsDir] : [])];
  const up = Math.max(0, ...all.map(levelsUp));
  const root = resolve(directory, ...Array<string>(up).fill(".."));
  return { root, below: normalPath(toPosix(relative(root, directory))), outside };
}

/**
 * How far up may be packed.
 *
 * @throws {Failure} when the robot needs more, with the root that would do.
 */
export function requireReach(
  { root, outside }: RobotReach,
  { directory, artifactsDir, allowed }: {
    readonly directory: string;
    readonly artifactsDir: string;
    /** As it was given. */
    readonly allowed: string | undefined;
  },
): void {
  if (allowed !== undefined && leaves(resolve(allowed), directory)) {
    throw new Failure(
      "usage/option",
      `failed to use --root ${quote(allowed)}: the robot's folder ${quote(directory)} is not in ` +
        "it, name a folder above the robot's",
    );
  }
  if (!leaves(allowed === undefined ? directory : resolve(allowed), root)) return;
  const paths = isOutside(artifactsDir) ? [...outside, artifactsDir] : outside;
  const [names, lie] = paths.length === 1 ? ["names it", "it lies"] : ["names them", "they lie"];
  const where = allowed === undefined ? "the robot's folder" : `--root ${quote(allowed)}`;
  throw new Failure(
    "robot/outside",
    `failed to pack ${quoteAll(paths)}: robot.yaml ${names}, and ${lie} outside of ${where}, ` +
      `allow it with --root ${quote(root)}`,
  );
}

function leaves(folder: string, path: string): boolean {
  return isOutside(normalPath(toPosix(relative(folder, path))));
}

/** Everything that is looked for, relative to the robot's folder. */
function candidatesOf({ paths, PATH, commands }: NamedPaths): readonly string[] {
  return [
    ...[...paths, ...PATH].map(normalPath),
    ...commands.flatMap(({ words }) => [
      ...words.flatMap(pathsOfWord),
      // rcc looks for the program in PATH alone.
      ...PATH.map((folder) => posix.join(normalPath(folder), words[0] ?? "")),
    ]),
  ].filter((path) => path !== "" && !path.startsWith("/") && !/[\0\n]/.test(path)).map(normalPath);
}

/** A word may be a path, or have some behind a `=`: `--pythonpath=../libs:../shared`. */
function pathsOfWord(word: string): readonly string[] {
  const equals = word.indexOf("=");
  return [word, ...(equals < 0 ? [] : word.slice(equals + 1).split(":"))];
}

/** The path, when it is outside and there, and where it leads to when that is. */
async function outsideOf(path: string, directory: string): Promise<readonly string[]> {
  const end = await followOnHost(path, directory);
  if (end === undefined) return [];
  return [path, end].filter(isOutside);
}

/** More links in a row than Linux follows. */
const MOST_LINKS = 40;

/**
 * Where a path ends, relative to the robot's folder: undefined for what is not there, and behind
 * absolute links, which lead nowhere in an image.
 */
async function followOnHost(path: string, directory: string): Promise<string | undefined> {
  const ahead = path.split("/");
  let reached = ".";
  let followed = 0;
  while (ahead.length > 0) {
    const next = posix.join(reached, ahead.shift()!);
    const absolute = join(directory, next);
    const facts = await lstat(absolute).catch(() => undefined);
    if (facts === undefined) return undefined;
    if (!facts.isSymbolicLink()) {
      reached = next;
      continue;
    }
    const target = toPosix(await readlink(absolute).catch(() => "/"));
    followed += 1;
    if (isAbsolute(target) || followed > MOST_LINKS) return undefined;
    ahead.unshift(...target.split("/"));
  }
  return normalPath(reached);
}

/** How many folders up a path begins. */
function levelsUp(path: string): number {
  return /^(?:\.\.(?:\/|$))*/.exec(path)![0].split("..").length - 1;
}

function toPosix(path: string): string {
  return path.split(sep).join("/");
}
