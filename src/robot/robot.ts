import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Failure, throwFailures } from "../failure/mod.ts";
import type { CondaFile } from "./conda_file.ts";
import { gather } from "./gather.ts";
import { isFile } from "./is_file.ts";
import { quote } from "./quote.ts";
import { readSource, unreadable } from "./read_source.ts";
import { parseRobotDefinition, type RobotDefinition } from "./robot_definition.ts";
import { readEnvironment, type RobotEnvironment } from "./robot_environment.ts";
import { normalPath } from "./robot_path.ts";
import type { Located } from "./source_text.ts";
import { findTasks, type Task } from "./task.ts";
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
  /** Relative to the folder, with `/`; neither `.` nor outside of it. */
  readonly artifactsDir: string;
  /** None for a shell robot, which starts without an environment. */
  readonly environment?: RobotEnvironment;
  /** As they were written; `robotCommands` has those that run on Linux. */
  readonly preRunScripts: readonly string[];
  /** Files in the form of a .gitignore that are there, relative to the folder, with `/`. */
  readonly ignoreFiles: readonly string[];
  /** Folders in front of the environment's PATH, relative, with `/`. They need not exist. */
  readonly PATH: readonly string[];
  /** Folders of Python modules, relative, with `/`. They need not exist. */
  readonly PYTHONPATH: readonly string[];
  /** The hololib.zip beside the robot.yaml, which rcc uses as the library. Absolute. */
  readonly hololibZip?: string;
  readonly warnings: readonly RobotWarning[];
}

/** Options of {@linkcode readRobot}. */
export interface ReadRobotOptions {
  /** A task's name, as for `rcc run --task`: case and outer white space do not matter. */
  readonly task?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a robot.yaml, of any name, or that of a folder, and everything that it points to.
 *
 * @throws {Failure} or {Failures} of kind "robot" with all that can be known at once.
 */
export async function readRobot(
  path: string,
  { task = "", signal }: ReadRobotOptions = {},
): Promise<Robot> {
  const file = await findRobotFile(path);
  const place = { directory: dirname(file), fileName: basename(file) };
  const source = await readSource(file, { fileName: place.fileName, signal });
  const { definition, failures } = parseRobotDefinition(source);
  const gathered = [...failures];
  const chosenTask = await gather(gathered, () => chooseTask(definition.tasks, task, place));
  const environment = await gather(
    gathered,
    () => readEnvironment(definition, { ...place, signal }),
  );
  throwFailures(gathered);
  const { tasks, artifactsDir, preRunScripts } = definition;
  const ignoreFiles = await existing(definition.ignoreFiles, place.directory);
  const hololibZip = join(place.directory, "hololib.zip");
  return {
    file,
    ...place,
    name: basename(place.directory) || "robot",
    tasks,
    ...(chosenTask === undefined ? {} : { chosenTask }),
    needsTaskArgument: tasks.length > 1 && chosenTask === undefined,
    artifactsDir,
    ...(environment === undefined ? {} : { environment }),
    preRunScripts,
    ignoreFiles,
    PATH: definition.PATH.map(({ text }) => normalPath(text)),
    PYTHONPATH: definition.PYTHONPATH.map(({ text }) => normalPath(text)),
    ...(await isFile(hololibZip) ? { hololibZip } : {}),
    warnings: [
      ...warningsOf(definition, { ignoreFiles, hasEnvironment: environment !== undefined }),
      ...environment === undefined ? [] : repeatedKeyWarnings(environment.conda),
    ],
  };
}

/** Where diagnostics and paths start from. */
interface RobotPlace {
  readonly directory: string;
  readonly fileName: string;
}

/** What every robot.yaml is called unless somebody names another. */
const ROBOT_YAML = "robot.yaml";

async function findRobotFile(path: string): Promise<string> {
  const absolute = resolve(path);
  const facts = await stat(absolute).catch((error) => {
    throw unreadable(path, error);
  });
  if (!facts.isDirectory()) return absolute;
  const file = join(absolute, ROBOT_YAML);
  if (await isFile(file)) return file;
  const message = `no ${ROBOT_YAML} in this folder, name a robot.yaml or its folder`;
  throw new Failure("robot/not-found", `failed to read ${quote(path)}: ${message}`);
}

function chooseTask(
  tasks: readonly Task[],
  asked: string,
  { fileName }: RobotPlace,
): Task | undefined {
  if (asked === "" || tasks.length === 0) return undefined;
  const found = findTasks(tasks, asked);
  if (found.length === 1) return found[0];
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

interface FoundFiles {
  readonly ignoreFiles: readonly string[];
  readonly hasEnvironment: boolean;
}

function warningsOf(
  definition: RobotDefinition,
  { ignoreFiles, hasEnvironment }: FoundFiles,
): readonly RobotWarning[] {
  const { environmentConfigs, PATH, PYTHONPATH } = definition;
  const warnings: RobotWarning[] = [];
  for (const { text, line } of [...PATH, ...PYTHONPATH]) {
    if (!text.includes("\\")) continue;
    const message =
      `${quote(text)} in line ${line} has a "\\", which is part of a name on Linux, ` +
      `write "/" between folders`;
    warnings.push({ kind: "backslash", message });
  }
  for (const { text, line } of definition.ignoreFiles) {
    if (ignoreFiles.includes(normalPath(text))) continue;
    const message = `the ignore file ${quote(text)} in line ${line} is not there, ` +
      `so it leaves nothing out of the image`;
    warnings.push({ kind: "ignore-file", message });
  }
  if (environmentConfigs.length > 0 && !hasEnvironment) {
    const message = `no file of "environmentConfigs" is there and fits linux_amd64, ` +
      `so the robot starts without an environment`;
    warnings.push({ kind: "no-environment", message });
  }
  return warnings;
}

function repeatedKeyWarnings({ fileName, repeatedKeys }: CondaFile): readonly RobotWarning[] {
  return repeatedKeys.map(({ text, line }) => ({
    kind: "repeated-key",
    message: `the key ${quote(text)} stands twice in ${fileName}, again in line ${line}, ` +
      `which is the one that rcc takes`,
  }));
}
