import { join } from "node:path";
import { isAbsolute } from "node:path/posix";
import type { Failure } from "../failure/mod.ts";
import { type CondaFile, readCondaFile } from "./conda_file.ts";
import { chooseEnvironmentConfig } from "./environment_config.ts";
import { isFile } from "./is_file.ts";
import { quote } from "./quote.ts";
import type { RobotDefinition } from "./robot_definition.ts";
import { normalPath } from "./robot_path.ts";
import { failureAt, type Located } from "./source_text.ts";

/** The environment file that rcc uses on linux_amd64. */
export interface RobotEnvironment {
  /** Absolute, of the host. */
  readonly path: string;
  /** Relative to the robot's folder, with `/`. It may begin with `..`. */
  readonly relative: string;
  readonly conda: CondaFile;
  readonly text: string;
}

/** Options of {@linkcode readRobotEnvironment}. */
export interface ReadRobotEnvironmentOptions {
  /** The robot's folder, absolute. */
  readonly directory: string;
  /** The name of the robot.yaml, for diagnostics. */
  readonly fileName: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds and reads the environment file of a robot, undefined for a shell robot.
 *
 * @throws {Failure} or {Failures} when it is not there, or is wrong in itself.
 */
export async function readRobotEnvironment(
  { environmentConfigs, condaConfigFile }: RobotDefinition,
  { directory, fileName, signal }: ReadRobotEnvironmentOptions,
): Promise<RobotEnvironment | undefined> {
  const config = await firstOnDisk(environmentConfigs.map(({ text }) => text), directory);
  if (config === undefined && condaConfigFile !== undefined) {
    const fault = await condaConfigFault(condaConfigFile, directory);
    if (fault !== undefined) throw environmentFailure(condaConfigFile, { fileName, why: fault });
  }
  const chosen = config ?? condaConfigFile?.text;
  if (chosen === undefined) return undefined;
  const relative = normalPath(chosen);
  const path = join(directory, relative);
  return { path, relative, ...await readCondaFile(path, { fileName: relative, signal }) };
}

async function firstOnDisk(
  names: readonly string[],
  directory: string,
): Promise<string | undefined> {
  // On Linux a name with a backslash is not the file in a folder that Windows finds by it.
  const there = await Promise.all(
    names.map((name) => !name.includes("\\") && isFile(join(directory, name))),
  );
  const existing = new Set(names.filter((_, index) => there[index]));
  return chooseEnvironmentConfig(names, (name) => existing.has(name));
}

async function condaConfigFault(entry: Located, directory: string): Promise<string | undefined> {
  if (entry.text.includes("\\")) {
    return `has a "\\", which is part of a name on Linux, write "/" between folders`;
  }
  if (await isFile(join(directory, entry.text))) return undefined;
  return isAbsolute(entry.text)
    ? "is looked for in the robot's folder by rcc, and is not there, name it relative to that"
    : "is no file of the robot, check its name";
}

function environmentFailure(
  entry: Located,
  { fileName, why }: { readonly fileName: string; readonly why: string },
): Failure {
  const message = `the environment file ${quote(entry.text)} ${why}`;
  return failureAt(entry, { id: "robot/definition", fileName, message });
}
