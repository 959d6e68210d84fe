import type { Failure } from "../failure/mod.ts";
import type { IgnoreRules } from "./ignore_rules.ts";
import { packFailure } from "./pack_failure.ts";
import { quote } from "./quote.ts";
import type { Robot } from "./robot.ts";
import type { RobotSymlink } from "./robot_entry.ts";
import { fromRoot } from "./robot_path.ts";
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
  const { reach: { below }, fileName, environment, artifactsDir } = robot;
  const packed = new Set(members.map(({ path }) => path));
  const targets = targetsOf(links);
  const own = new Set([fileName, environment?.relative ?? fileName]);
  const artifacts = fromRoot(below, artifactsDir);
  return [...own].flatMap((name) => {
    const path = fromRoot(below, name);
    const end = followLinks(path, targets);
    if (end === undefined) {
      const cure = "make it relative and keep it inside, or put the file there";
      return [packFailure(path, `it is or lies behind a link that is absolute or leaves, ${cure}`)];
    }
    if (packed.has(end)) return [];
    if (end.startsWith(`${artifacts}/`)) {
      return [packFailure(end, "it lies in the artifacts folder, which starts empty, move it")];
    }
    const match = rules.match(end);
    if (match === undefined) return [];
    const why = `the robot needs it, and ${quote(match.pattern)} of ${match.source} leaves it out`;
    return [packFailure(end, `${why}, narrow this pattern`)];
  });
}
