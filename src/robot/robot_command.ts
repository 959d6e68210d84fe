import { basename } from "node:path/posix";
import { namesNoOtherPlatform } from "./environment_config.ts";
import type { Robot } from "./robot.ts";
import { scriptWords, taskFault, taskWords } from "./task.ts";

/** Something that rcc executes for a robot, as words: the first is looked up in PATH. */
export interface RobotCommand {
  readonly origin: "task" | "preRunScript";
  /** The task's name, or the script as it was written. */
  readonly name: string;
  readonly words: readonly string[];
}

/** What commands follow from. */
export interface CommandedRobot
  extends Pick<Robot, "tasks" | "preRunScripts" | "artifactsDir" | "outputDir"> {
  readonly environment?: Robot["environment"] | undefined;
}

/**
 * All that may run in the image: every task that can be, and before each of them the scripts for Linux, which
 * rcc runs for robots with an environment only.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/operations/running.go (`ExecuteTask`)
 */
export function robotCommands(robot: CommandedRobot): readonly RobotCommand[] {
  const scripts = robot.environment === undefined
    ? []
    : robot.preRunScripts.filter(namesNoOtherPlatform);
  const written = { artifactsDir: robot.outputDir ?? robot.artifactsDir };
  return [
    ...scripts.map((script): RobotCommand => ({
      origin: "preRunScript",
      name: script,
      words: scriptWords(script),
    })),
    ...robot.tasks.filter((task) => taskFault(task) === undefined).map(
      ({ name, definition }): RobotCommand => ({
        origin: "task",
        name,
        words: taskWords(definition, written),
      }),
    ),
  ];
}

const SHELLS = new Set(["ash", "bash", "csh", "dash", "fish", "ksh", "sh", "tcsh", "zsh"]);

/**
 * The shell that a command asks for by its own words, undefined for none: rcc itself never uses
 * one, not for `shell:` either. A script may still need one, see `interpreter` of its file.
 */
export function shellOf({ words }: RobotCommand): string | undefined {
  const [program = "", ...args] = words;
  const named = basename(program) === "env"
    ? args.find((arg) => !arg.startsWith("-") && !arg.includes("=")) ?? ""
    : program;
  return SHELLS.has(basename(named)) ? named : undefined;
}
