import { extname } from "node:path/posix";
import type { IgnoreRules } from "./ignore_rules.ts";
import { quote } from "./quote.ts";
import type { Robot } from "./robot.ts";
import { type RobotCommand, robotCommands } from "./robot_command.ts";
import type { RobotEntry } from "./robot_entry.ts";
import { fromRoot } from "./robot_path.ts";
import { followLinks, targetsOf } from "./symlink.ts";
import type { RobotWarning } from "./warning.ts";

/** What is packed of a robot. */
export interface PackedFiles {
  readonly entries: readonly RobotEntry[];
  readonly rules: IgnoreRules;
}

/** Files that programs are told to run, and that no command writes as a rule. */
const SCRIPTS = new Set([".bash", ".js", ".mjs", ".pl", ".ps1", ".py", ".rb", ".robot", ".sh"]);

/** Tasks and scripts that name a file which the image does not have: they fail when they are run. */
export function missingScripts(
  robot: Robot,
  { entries, rules }: PackedFiles,
): readonly RobotWarning[] {
  const { reach: { below } } = robot;
  const targets = targetsOf(entries.filter((entry) => entry.type === "symlink"));
  const packed = new Set(entries.map(({ path }) => path));
  const isThere = (path: string) => packed.has(followLinks(path, targets) ?? path);
  return robotCommands(robot).flatMap((command): readonly RobotWarning[] => {
    const path = scriptOf(command);
    if (path === undefined) return frameworkWarnings(command, entries);
    const place = fromRoot(below, path);
    if (isThere(place)) return [];
    const match = rules.match(place);
    const why = match === undefined
      ? "which is not in the robot, check its path"
      : `which ${quote(match.pattern)} of ${match.source} leaves out, narrow this pattern`;
    return [{ kind: "script", message: `${nameOf(command)} runs ${quote(path)}, ${why}` }];
  });
}

/** Modules that are told which script of the robot's they run. */
const RUNNERS = new Set(["robocorp.tasks", "robot"]);

/** Options whose value may look like a script, and is written. */
const WRITTEN = /^(?:--[^=]*|-[dolrx])$/;

/** The script that an interpreter is told to run: the first word behind it that is a script's name. */
function scriptOf({ words: [, ...args] }: RobotCommand): string | undefined {
  for (const [at, word] of args.entries()) {
    // What follows is a module of the environment's or the robot's, or the program's own text.
    if (word === "-c" || word === "-m" && !RUNNERS.has(args[at + 1] ?? "")) return undefined;
    if (!SCRIPTS.has(extname(word).toLowerCase())) continue;
    const isPlain = !/^[-/]|[*?\\\s]|:\/\//.test(word) && !WRITTEN.test(args[at - 1] ?? "");
    return isPlain ? word : undefined;
  }
  return undefined;
}

/** Robot Framework is told to look for its task in the robot's folder. */
function frameworkWarnings(
  command: RobotCommand,
  entries: readonly RobotEntry[],
): readonly RobotWarning[] {
  const { words } = command;
  if (words[2] !== "robot" || words.at(-1) !== ".") return [];
  if (entries.some(({ path }) => extname(path).toLowerCase() === ".robot")) return [];
  const message =
    `${nameOf(command)} is one of Robot Framework, and there is no .robot file in the ` +
    "robot";
  return [{ kind: "script", message }];
}

function nameOf({ origin, name }: RobotCommand): string {
  return `${origin === "task" ? "task" : "the pre-run script"} ${quote(name)}`;
}
