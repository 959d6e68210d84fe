import { join } from "node:path";
import { type Failure, throwFailures } from "../failure/mod.ts";
import { type CondaFile, readCondaFile } from "./conda_file.ts";
import { chooseEnvironmentConfig, isMeantForTarget } from "./environment_config.ts";
import { isFile } from "./is_file.ts";
import { quote } from "./quote.ts";
import type { RobotDefinition } from "./robot_definition.ts";
import { normalPath, pathFault } from "./robot_path.ts";
import { failureAt, type Located } from "./source_text.ts";

/** The environment file that rcc uses on linux_amd64. */
export interface RobotEnvironment {
  /** Absolute, of the host. */
  readonly path: string;
  /** Relative to the robot's folder, with `/`. */
  readonly relative: string;
  readonly conda: CondaFile;
  readonly text: string;
}

/** Options of {@linkcode readEnvironment}. */
export interface ReadEnvironmentOptions {
  /** The robot's folder, absolute. */
  readonly directory: string;
  /** The name of the robot.yaml, for diagnostics. */
  readonly fileName: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds and reads the environment file of a robot, undefined for a shell robot.
 *
 * @throws {Failure} or {Failures} when it is not in the robot's folder, or is wrong in itself.
 */
export async function readEnvironment(
  { environmentConfigs, condaConfigFile }: RobotDefinition,
  { directory, fileName, signal }: ReadEnvironmentOptions,
): Promise<RobotEnvironment | undefined> {
  const candidates = environmentConfigs.filter(({ text }) => isMeantForTarget(text));
  throwFailures(candidates.flatMap((entry) => faultsOf(entry, fileName)));
  const config = await firstOnDisk(candidates, directory);
  if (config === undefined && condaConfigFile !== undefined) {
    throwFailures(await condaConfigFaults(condaConfigFile, { directory, fileName }));
  }
  const chosen = config ?? condaConfigFile?.text;
  if (chosen === undefined) return undefined;
  const relative = normalPath(chosen);
  const path = join(directory, relative);
  return { path, relative, ...await readCondaFile(path, { fileName: relative, signal }) };
}

async function firstOnDisk(
  candidates: readonly Located[],
  directory: string,
): Promise<string | undefined> {
  const names = candidates.map(({ text }) => text);
  // On Linux a name with a backslash is not the file in a folder that Windows finds by it.
  const there = await Promise.all(
    names.map((name) => !name.includes("\\") && isFile(join(directory, name))),
  );
  const existing = new Set(names.filter((_, index) => there[index]));
  return chooseEnvironmentConfig(names, (name) => existing.has(name));
}

async function condaConfigFaults(
  entry: Located,
  { directory, fileName }: ReadEnvironmentOptions,
): Promise<readonly Failure[]> {
  const faults = faultsOf(entry, fileName);
  if (faults.length > 0) return faults;
  if (entry.text.includes("\\")) {
    const why = `has a "\\", which is part of a name on Linux, write "/" between folders`;
    return [environmentFailure(entry, { fileName, why })];
  }
  if (await isFile(join(directory, entry.text))) return [];
  return [environmentFailure(entry, { fileName, why: "is no file of the robot, check its name" })];
}

function faultsOf(entry: Located, fileName: string): readonly Failure[] {
  const fault = pathFault(entry.text);
  if (fault === undefined) return [];
  const why = `${fault}, keep it in the robot's folder and name it relative to that`;
  return [environmentFailure(entry, { fileName, why })];
}

function environmentFailure(
  entry: Located,
  { fileName, why }: { readonly fileName: string; readonly why: string },
): Failure {
  const message = `the environment file ${quote(entry.text)} ${why}`;
  return failureAt(entry, { id: "robot/definition", fileName, message });
}
