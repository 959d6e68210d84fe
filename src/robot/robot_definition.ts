import { type Failure, messageOf } from "../failure/mod.ts";
import { namesNoOtherPlatform } from "./environment_config.ts";
import { quote } from "./quote.ts";
import { normalPath, pathFault } from "./robot_path.ts";
import type { Located, SourcePosition, SourceText } from "./source_text.ts";
import { scriptWords, type Task } from "./task.ts";
import { readTasks } from "./task_reader.ts";
import { parseYaml } from "./yaml_document.ts";
import { type YamlField, YamlReader } from "./yaml_reader.ts";

/** What a robot.yaml says, before any look at the files that it names. */
export interface RobotDefinition {
  readonly tasks: readonly Task[];
  /** Relative to the robot's folder, normal, and empty only when there is a failure. */
  readonly artifactsDir: string;
  readonly condaConfigFile: Located | undefined;
  readonly environmentConfigs: readonly Located[];
  readonly preRunScripts: readonly string[];
  readonly ignoreFiles: readonly Located[];
  readonly PATH: readonly Located[];
  readonly PYTHONPATH: readonly Located[];
}

/** What rcc reads of a robot.yaml. It skips all other keys. */
const KEYS = [
  "tasks",
  "devTasks",
  "artifactsDir",
  "condaConfigFile",
  "environmentConfigs",
  "preRunScripts",
  "ignoreFiles",
  "PATH",
  "PYTHONPATH",
] as const;

/** A robot.yaml under way to a {@linkcode RobotDefinition}. */
interface RobotFile {
  readonly reader: YamlReader;
  readonly fields: ReadonlyMap<string, YamlField>;
}

/**
 * Decodes a robot.yaml, and gathers everything that is wrong with it.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/robot/robot.go (`robot`, `Validate`)
 *
 * @throws {Failure} only when it is no YAML at all.
 */
export function parseRobotDefinition(
  source: SourceText,
): { readonly definition: RobotDefinition; readonly failures: readonly Failure[] } {
  const reader = new YamlReader(parseYaml(source), "robot/definition");
  const file = { reader, fields: reader.root(KEYS) };
  const definition = {
    tasks: readAllTasks(file),
    artifactsDir: readArtifactsDir(file),
    condaConfigFile: readCondaConfigFile(file),
    environmentConfigs: textsOf(file, "environmentConfigs"),
    preRunScripts: readPreRunScripts(file),
    ignoreFiles: readIgnoreFiles(file),
    PATH: readSearchPath(file, "PATH"),
    PYTHONPATH: readSearchPath(file, "PYTHONPATH"),
  };
  return { definition, failures: reader.faults.failures() };
}

function readAllTasks(file: RobotFile): readonly Task[] {
  const { reader, fields } = file;
  const tasks = readTasks(reader, fields.get("tasks"));
  if (tasks.length === 0 && reader.faults.count === 0) {
    reader.faults.add(keyOf(file, "tasks"), `"tasks" is missing or empty, name at least one task`);
  }
  // Only `rcc run --dev` knows them, but rcc refuses a file in which they have a wrong shape.
  readTasks(reader, fields.get("devTasks"), { shapeOnly: true });
  return tasks;
}

function readArtifactsDir(file: RobotFile): string {
  const { reader } = file;
  const known = reader.faults.count;
  const written = textOf(file, "artifactsDir");
  if (written.text === "") {
    const message = `"artifactsDir" is missing or empty, expected a folder such as "output"`;
    if (reader.faults.count === known) reader.faults.add(keyOf(file, "artifactsDir"), message);
    return "";
  }
  const fault = pathFault(written.text) ??
    (written.text.includes("\\") ? `has a "\\", which is part of a name on Linux` : undefined) ??
    (normalPath(written.text) === "." ? "is the robot's own folder" : undefined);
  if (fault !== undefined) {
    reader.faults.add(written, `"artifactsDir" ${fault}, expected a folder such as "output"`);
  }
  return normalPath(written.text);
}

function readCondaConfigFile(file: RobotFile): Located | undefined {
  const written = textOf(file, "condaConfigFile");
  return written.text === "" ? undefined : written;
}

function readPreRunScripts(file: RobotFile): readonly string[] {
  const scripts = textsOf(file, "preRunScripts");
  for (const script of scripts) {
    // rcc does not look at the others at all.
    if (!namesNoOtherPlatform(script.text)) continue;
    try {
      scriptWords(script.text);
    } catch (error) {
      const why = messageOf(error);
      file.reader.faults.add(script, `the script ${quote(script.text)} cannot be run, ${why}`);
    }
  }
  return scripts.map(({ text }) => text);
}

function readIgnoreFiles(file: RobotFile): readonly Located[] {
  const named = textsOf(file, "ignoreFiles").filter(({ text }) => text.trim() !== "");
  return withoutFaults(file.reader, { entries: named, key: "ignoreFiles" });
}

function readSearchPath(file: RobotFile, key: "PATH" | "PYTHONPATH"): readonly Located[] {
  return withoutFaults(file.reader, { entries: textsOf(file, key), key });
}

/** The paths that stay in the robot's folder; a failure for each of the others. */
function withoutFaults(
  reader: YamlReader,
  { entries, key }: { readonly entries: readonly Located[]; readonly key: string },
): readonly Located[] {
  return entries.filter((entry) => {
    const fault = pathFault(entry.text);
    if (fault === undefined) return true;
    const path = quote(entry.text);
    reader.faults.add(
      entry,
      `${path} in "${key}" ${fault}, expected a path inside the robot's folder`,
    );
    return false;
  });
}

/** Where a key stands, or should: the start of the file when it is not there. */
function keyOf({ reader, fields }: RobotFile, key: typeof KEYS[number]): SourcePosition {
  return fields.get(key)?.position ?? reader.position(null);
}

function textOf({ reader, fields }: RobotFile, key: typeof KEYS[number]): Located {
  const value = fields.get(key)?.value ?? null;
  return { text: reader.text(value, `"${key}"`), ...reader.position(value) };
}

function textsOf({ reader, fields }: RobotFile, key: typeof KEYS[number]): readonly Located[] {
  return reader.texts(fields.get(key)?.value ?? null, `"${key}"`);
}
