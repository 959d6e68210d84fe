import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isAbsolute, normalize } from "node:path/posix";
import { Failure, throwFailures } from "../failure/mod.ts";
import type { CondaFile } from "./conda_file.ts";
import { definitionWarnings } from "./definition_warnings.ts";
import { namesNoOtherPlatform } from "./environment_config.ts";
import { collectFailures } from "./collect_failures.ts";
import { isFile } from "./is_file.ts";
import { findReach, requireReach, type RobotReach } from "./outside.ts";
import { quote } from "./quote.ts";
import { readSource, unreadable } from "./read_source.ts";
import { robotCommands } from "./robot_command.ts";
import { parseRobotDefinition, type RobotDefinition } from "./robot_definition.ts";
import { readRobotEnvironment, type RobotEnvironment } from "./robot_environment.ts";
import { normalPath } from "./robot_path.ts";
import { failureAt, type Located } from "./source_text.ts";
import { findTasks, scriptFault, type Task, taskFault } from "./task.ts";
import type { RobotWarning } from "./warning.ts";

/** A robot that can be packed: its robot.yaml holds, and the files that it names are there. */
export interface Robot {
  /** The robot.yaml, as an absolute path of the host. */
  readonly file: string;
  /** The robot's folder, as an absolute path of the host. */
  readonly directory: string;
  /** The robot.yaml's own name. */
  readonly fileName: string;
  /** The folder's name, `robot` for the root of a disk. */
  readonly name: string;
  /** In the order of the file, never empty. */
  readonly tasks: readonly Task[];
  /** The task that was asked for. */
  readonly chosenTask?: Task;
  /** Whether `rcc run` refuses to start without `--task`: several tasks, and none chosen. */
  readonly needsTaskArgument: boolean;
  /** Where all that is packed begins: the robot's folder, unless robot.yaml names what is outside. */
  readonly reach: RobotReach;
  /** Relative to the folder, with `/`: `.` for the folder itself, and it may begin with `..`. */
  readonly artifactsDir: string;
  /** The absolute folder that Robot Framework writes into, where artifactsDir was written as one. */
  readonly outputDir?: string;
  /** None for a shell robot, which starts without an environment. */
  readonly environment?: RobotEnvironment;
  /** As they were written; `robotCommands` has those that run on Linux. */
  readonly preRunScripts: readonly string[];
  /** Files in the form of a .gitignore that are there, relative to the folder, with `/`. */
  readonly ignoreFiles: readonly string[];
  /**
   * Folders in front of the environment's PATH, with `/`. They need not exist. An absolute one is
   * what it says where there is such a folder, and is joined to the robot's folder where not.
   */
  readonly PATH: readonly string[];
  /** Folders of Python modules, by the same rules. */
  readonly PYTHONPATH: readonly string[];
  /** The hololib.zip beside the robot.yaml, which rcc uses as the library. Absolute. */
  readonly hololibZip?: string;
  readonly warnings: readonly RobotWarning[];
}

/** Options of {@linkcode readRobot}. */
export interface ReadRobotOptions {
  /** A task's name, as for `rcc run --task`: case and outer white space do not matter. */
  readonly task?: string | undefined;
  /** The folder up to which files outside of the robot's own may be packed. */
  readonly root?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a robot.yaml, of any name, or that of a folder, and everything that it points to.
 *
 * @throws {Failure} or {Failures} of kind "robot" with all that can be known at once.
 */
export async function readRobot(
  path: string,
  { task = "", root, signal }: ReadRobotOptions = {},
): Promise<Robot> {
  const file = await findRobotFile(path);
  const place = { directory: dirname(file), fileName: basename(file) };
  const source = await readSource(file, { fileName: place.fileName, signal });
  const { definition, failures, warnings } = parseRobotDefinition(source);
  const collected = [...failures];
  const chosenTask = await collectFailures(
    collected,
    () => chooseTask(definition.tasks, task, place),
  );
  const environment = await collectFailures(
    collected,
    () => readRobotEnvironment(definition, { ...place, signal }),
  );
  collected.push(...scriptFailures(definition, { ...place, environment }));
  throwFailures(collected);
  const { directory } = place;
  const ignoreFiles = await existing(definition.ignoreFiles, directory);
  const known = { ...place, ...pathsOf(definition), environment, ignoreFiles };
  const commands = robotCommands({ ...known, tasks: definition.tasks });
  const reach = await findReach({
    ...known,
    paths: [...known.PYTHONPATH, place.fileName, ...(environment ? [environment.relative] : [])],
    commands,
  });
  requireReach(reach, { ...known, allowed: root });
  const hololibZip = join(directory, "hololib.zip");
  return {
    file,
    ...place,
    name: basename(directory) || "robot",
    tasks: definition.tasks,
    ...(chosenTask === undefined ? {} : { chosenTask }),
    needsTaskArgument: definition.tasks.length > 1 && chosenTask === undefined,
    reach,
    ...pathsOf(definition),
    ...(environment === undefined ? {} : { environment }),
    ignoreFiles,
    ...(await isFile(hololibZip) ? { hololibZip } : {}),
    warnings: [
      ...warnings,
      ...definitionWarnings(definition, { ignoreFiles, hasEnvironment: environment !== undefined }),
      ...environment === undefined ? [] : repeatedKeyWarnings(environment.conda),
    ],
  };
}

/** The paths and scripts of a robot.yaml as rcc takes them. */
function pathsOf(definition: RobotDefinition) {
  const { artifactsDir: { text }, tasks } = definition;
  const isFramework = tasks.some(({ definition }) => "robotTaskName" in definition);
  return {
    artifactsDir: normalPath(text),
    ...(isAbsolute(text) && isFramework ? { outputDir: text } : {}),
    preRunScripts: definition.preRunScripts.map(({ text }) => text),
    PATH: definition.PATH.map(({ text }) => searchFolder(text)),
    PYTHONPATH: definition.PYTHONPATH.map(({ text }) => searchFolder(text)),
  };
}

function searchFolder(path: string): string {
  return isAbsolute(path) ? normalize(path) : normalPath(path);
}

/** rcc runs these scripts for robots with an environment, and ends where it cannot. */
function scriptFailures(
  { preRunScripts }: RobotDefinition,
  { fileName, environment }: RobotPlace & { readonly environment: RobotEnvironment | undefined },
): readonly Failure[] {
  if (environment === undefined) return [];
  // It does not look at the others at all.
  return preRunScripts.filter(({ text }) => namesNoOtherPlatform(text)).flatMap((script) => {
    const fault = scriptFault(script.text);
    if (fault === undefined) return [];
    const message = `the script ${quote(script.text)} cannot be run, ${fault}`;
    return [failureAt(script, { id: "robot/definition", fileName, message })];
  });
}

/** Where diagnostics and paths start from. */
interface RobotPlace {
  readonly directory: string;
  readonly fileName: string;
}

/** What every robot.yaml is called unless somebody names another. */
const ROBOT_YAML = "robot.yaml";
/** What an action package is called. It may be an environment file, and is never a robot. */
const PACKAGE_YAML = "package.yaml";
const ACTIONS =
  `${PACKAGE_YAML} is of an action package, which has no tasks that rcc runs: put a ` +
  `${ROBOT_YAML} beside it with "condaConfigFile: ${PACKAGE_YAML}" and a task`;

async function findRobotFile(path: string): Promise<string> {
  const absolute = resolve(path);
  const facts = await stat(absolute).catch((error) => {
    throw unreadable(path, error);
  });
  if (!facts.isDirectory()) {
    const isActions = basename(absolute) === PACKAGE_YAML && facts.isFile() &&
      !/^["']?tasks\b/m.test(await readFile(absolute, "utf8").catch(() => "tasks"));
    if (!isActions) return absolute;
    throw new Failure("robot/not-found", `failed to read ${quote(path)}: ${ACTIONS}`);
  }
  const file = join(absolute, ROBOT_YAML);
  if (await isFile(file)) return file;
  const message = await isFile(join(absolute, PACKAGE_YAML))
    ? ACTIONS
    : `no ${ROBOT_YAML} in this folder, name a robot.yaml or its folder`;
  throw new Failure("robot/not-found", `failed to read ${quote(path)}: ${message}`);
}

function chooseTask(
  tasks: readonly Task[],
  asked: string,
  { fileName }: RobotPlace,
): Task | undefined {
  if (asked === "" || tasks.length === 0) return undefined;
  const found = findTasks(tasks, asked);
  if (found.length === 1) {
    const fault = taskFault(found[0]!);
    if (fault === undefined) return found[0];
    const message = `failed to choose task ${quote(asked)}: it cannot be run, ${fault}`;
    throw new Failure("robot/task", message);
  }
  const names = (found.length === 0 ? tasks : found).map(({ name }) => quote(name)).join(", ");
  const met = found.length === 0 ? "has no task of this name" : "has more than one of this name";
  throw new Failure(
    "robot/task",
    `failed to choose task ${quote(asked)}: ${fileName} ${met}, name one of ${names}`,
  );
}

/** The ignore files that are there. `rcc run` never looks at them, and starts without them. */
async function existing(
  ignoreFiles: readonly Located[],
  directory: string,
): Promise<readonly string[]> {
  const there = await Promise.all(ignoreFiles.map(({ text }) => isFile(join(directory, text))));
  return ignoreFiles.filter((_, index) => there[index]).map(({ text }) => normalPath(text));
}

function repeatedKeyWarnings({ fileName, repeatedKeys }: CondaFile): readonly RobotWarning[] {
  return repeatedKeys.map(({ text, line }) => ({
    kind: "yaml",
    message: `the key ${quote(text)} stands twice in ${fileName}, again in line ${line}, ` +
      `which is the one that rcc takes`,
  }));
}
