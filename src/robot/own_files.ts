import type { Failure } from "../failure/mod.ts";
import type { IgnoreRules } from "./ignore_rules.ts";
import { packFailure } from "./pack_failure.ts";
import { quote } from "./quote.ts";
import type { Robot } from "./robot.ts";
import type { RobotSymlink } from "./robot_entry.ts";
import { followLinks, targetsOf } from "./symlink.ts";
import type { Member } from "./walk.ts";

/** Options of {@linkcode missingOwnFiles}. */
export interface MissingOwnFilesOptions {
  readonly robot: Robot;
  readonly rules: IgnoreRules;
  readonly links: readonly RobotSymlink[];
}

/** rcc cannot start without the robot.yaml and the environment file, be they links or not. */
export function missingOwnFiles(
  members: readonly Member[],
  { robot, rules, links }: MissingOwnFilesOptions,
): readonly Failure[] {
  const packed = new Set(members.map(({ path }) => path));
  const targets = targetsOf(links);
  const own = [robot.fileName, robot.environment?.relative ?? robot.fileName];
  const ends = new Set(own.map((path) => followLinks(path, targets) ?? path));
  return [...ends].filter((path) => !packed.has(path)).flatMap((path) => {
    if (path.startsWith(`${robot.artifactsDir}/`)) {
      return [packFailure(path, "it lies in the artifacts folder, which starts empty, move it")];
    }
    const match = rules.match(path);
    if (match === undefined) return [];
    const why = `the robot needs it, and ${quote(match.pattern)} of ${match.source} leaves it out`;
    return [packFailure(path, `${why}, narrow this pattern`)];
  });
}
