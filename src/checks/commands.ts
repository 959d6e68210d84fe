import { basename, join } from "node:path/posix";
import type { Tree } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { RobotCommand, RobotEntry } from "../robot/mod.ts";
import type { Findings } from "./findings.ts";
import { searchFolder } from "./search_folder.ts";

/** Everything that RCC looks for a robot's commands in. */
export interface CommandPlaces {
  /** The base as it was given. */
  readonly baseName: string;
  readonly tree: Pick<Tree, "find">;
  readonly robot: {
    /** The robot's folder in the image, and its own PATH, relative to it where it is not absolute. */
    readonly folder: string;
    readonly PATH: readonly string[];
    /** What is packed, and the folder that it is relative to. */
    readonly root: string;
    readonly entries: readonly RobotEntry[];
  };
  readonly environment?: {
    /** Whether there is such a file, relative to the environment. */
    has(path: string): boolean;
    /** Scripts of its `bin` whose interpreters are not its own. */
    readonly scripts: Readonly<Record<string, string>>;
  };
  /** The image's own PATH. */
  readonly PATH: readonly string[];
  /** Files that the image has beside, absolute: rcc itself. */
  readonly others: readonly string[];
}

/** Whether a program would be found in the image by its name. */
export function hasProgram(name: string, places: CommandPlaces): boolean {
  return findProgram(name, places) !== undefined;
}

/**
 * What each task that the image may run begins with, of the environment: one task when the image runs
 * it by itself.
 *
 * @returns Paths relative to the environment, `bin/python`; none of a task that begins elsewhere.
 */
export function startedCommands(
  commands: readonly RobotCommand[],
  { task, ...places }: CommandPlaces & Pick<CheckCommandsOptions, "task">,
): readonly (string | undefined)[] {
  return commands.filter(({ origin, name }) =>
    origin === "task" && (task === undefined || name === task)
  ).map(({ words: [program = ""] }) => {
    const found = findProgram(program, places);
    if (found?.own !== undefined || found?.interpreter === undefined) return found?.own;
    const named = envProgram(found.interpreter);
    return named === undefined ? undefined : findProgram(named, places)?.own;
  });
}

/** Options of {@linkcode checkCommands}. */
export interface CheckCommandsOptions extends CommandPlaces {
  /** The task that the image runs without being told which; none where it must be told. */
  readonly task?: string;
  /** The shell that a command asks for by its own words. */
  readonly shellOf: (command: RobotCommand) => string | undefined;
}

/**
 * Whether RCC would find the programs of tasks and pre-run scripts, and Linux the interpreters of
 * those that are scripts.
 *
 * A task that cannot start is a failure when the image runs it by itself, or has no other that can.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/pathlib/targetpath.go (`Which`)
 */
export function checkCommands(
  commands: readonly RobotCommand[],
  { task, shellOf, ...places }: CheckCommandsOptions,
): Findings {
  const checked = commands.map((command) => ({
    command,
    problem: problemOf(command, shellOf(command), places),
  }));
  const scripts = checked.filter(({ command }) => command.origin === "preRunScript");
  const tasks = checked.filter(({ command }) => command.origin === "task");
  const canStart = tasks.some(({ problem }) => !problem?.isSure);
  const failures: Failure[] = [];
  const warnings: string[] = [];
  for (const { command, problem } of checked) {
    if (problem === undefined) continue;
    // What an earlier script makes, a later one may start.
    const isNeeded = command.origin === "task"
      ? command.name === task || !canStart
      : command === scripts[0]?.command;
    const what = `${command.origin === "task" ? "task" : "pre-run script"} "${command.name}"`;
    if (isNeeded && problem.isSure) {
      const message = `failed to start ${what} on base image "${places.baseName}": ${problem.text}`;
      failures.push(new Failure("base/program", `${message}, use a base that has it`));
    } else {
      warnings.push(`${what} ${problem.isSure ? "cannot" : "may not"} start: ${problem.text}`);
    }
  }
  return { failures, warnings };
}

function problemOf(
  { words: [program = ""] }: RobotCommand,
  shell: string | undefined,
  places: CommandPlaces,
): Problem | undefined {
  const found = findProgram(program, places);
  if (found === undefined) return sure(notFound(program, places));
  if (found.interpreter !== undefined) {
    const problem = interpreterProblem(found.interpreter, places);
    if (problem !== undefined) return sure(`"${program}" is a script, ${problem}`);
  }
  if (found.multiCall !== undefined) {
    return { isSure: false, text: multiCallText(program, found.multiCall) };
  }
  if (shell === undefined || shell === program) return undefined;
  return findProgram(shell, places) === undefined ? sure(notFound(shell, places)) : undefined;
}

interface Problem {
  readonly text: string;
  /** Whether nothing can come of it. */
  readonly isSure: boolean;
}

function sure(text: string): Problem {
  return { text, isSure: true };
}

/**
 * rcc follows a link and starts what it leads to under that name, by which such a program does not
 * know what it is to be. Source: https://github.com/joshyorko/rcc/blob/v18.18.1/operations/running.go
 * (`findExecutableOrDie`)
 */
function multiCallText(program: string, multiCall: string): string {
  return `"${program}" is a link to "${multiCall}", which rcc starts by that name; write ` +
    `"${multiCall}" with "${
      basename(program)
    }" as its first argument, or put the commands into a ` +
    `script that begins with "#!"`;
}

/** Programs that are what they are called. */
const MULTI_CALL = new Set(["busybox", "coreutils", "toybox"]);

function notFound(program: string, { environment }: CommandPlaces): string {
  const where = environment === undefined
    ? "the robot's PATH nor"
    : "the robot, the environment nor";
  return program.startsWith("/")
    ? `there is no "${program}"`
    : `"${program}" is in neither ${where} the base`;
}

interface FoundProgram {
  /** What stands behind `#!`, when that is no file of the environment. */
  readonly interpreter?: string;
  /** What it is a link to, when that is many programs in one. */
  readonly multiCall?: string;
  /** Where it is in the environment, relative to it. */
  readonly own?: string;
}

/** As RCC looks: whether a file may be executed does not matter to it. */
function findProgram(program: string, places: CommandPlaces): FoundProgram | undefined {
  const { robot, environment, PATH } = places;
  if (program.startsWith("/")) return findFile(program, places);
  for (const folder of robot.PATH) {
    const found = findFile(join(searchFolder(folder, places), program), places);
    if (found !== undefined) return found;
  }
  const path = join("bin", program);
  if (environment?.has(path)) {
    return { ...withInterpreter(environment.scripts[basename(path)]), own: path };
  }
  for (const folder of PATH) {
    const found = findFile(join(folder, program), places);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findFile(
  path: string,
  { tree, robot, others }: CommandPlaces,
): FoundProgram | undefined {
  if (path.startsWith(`${robot.root}/`)) {
    const inside = path.slice(robot.root.length + 1);
    const entry = robot.entries.find((candidate) => candidate.path === inside);
    if (entry === undefined && isBehindLink(inside, robot.entries)) return {};
    if (entry === undefined || entry.type === "directory") return undefined;
    return withInterpreter(entry.type === "file" ? entry.interpreter : undefined);
  }
  if (others.includes(path)) return {};
  const found = tree.find(path);
  if (found?.node.type !== "file") return undefined;
  const isMany = MULTI_CALL.has(basename(found.path)) && basename(path) !== basename(found.path);
  return isMany ? { multiCall: `/${found.path}` } : {};
}

/** What lies behind a symlinked folder is not looked for. */
function isBehindLink(path: string, entries: readonly RobotEntry[]): boolean {
  return entries.some((entry) => entry.type === "symlink" && path.startsWith(`${entry.path}/`));
}

function withInterpreter(interpreter: string | undefined): FoundProgram {
  return interpreter === undefined ? {} : { interpreter };
}

/** Linux knows no PATH, and hands all behind the first space on as one argument. */
function interpreterProblem(line: string, places: CommandPlaces): string | undefined {
  const [program = ""] = line.split(/[ \t]+/);
  if (!program.startsWith("/")) return undefined;
  if (findFile(program, places) === undefined) return `and there is no "${program}" to run it`;
  const named = envProgram(line);
  if (named === undefined || findProgram(named, places) !== undefined) return undefined;
  return `and ${notFound(named, places)} to run it`;
}

/** What `#!/usr/bin/env` is told to look for. */
export function envProgram(line: string): string | undefined {
  const [program = "", ...args] = line.split(/[ \t]+/);
  if (basename(program) !== "env") return undefined;
  return args.find((arg) => !arg.startsWith("-") && !arg.includes("="));
}
