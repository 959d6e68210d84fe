import type { Failure } from "../failure/mod.ts";
import { quote } from "./quote.ts";
import type { Located, SourcePosition, SourceText } from "./source_text.ts";
import { type Task, taskFault } from "./task.ts";
import { type LocatedTask, readTasks } from "./task_reader.ts";
import type { RobotWarning } from "./warning.ts";
import { parseYaml } from "./yaml_document.ts";
import { type YamlField, YamlReader } from "./yaml_reader.ts";

/** What a robot.yaml says, before any look at the files that it names. */
export interface RobotDefinition {
  readonly tasks: readonly Task[];
  /** As it was written; empty only when there is a failure. */
  readonly artifactsDir: Located;
  readonly condaConfigFile: Located | undefined;
  readonly environmentConfigs: readonly Located[];
  readonly preRunScripts: readonly Located[];
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

/** A robot.yaml, and what its author should know of it. */
export interface ParsedDefinition {
  readonly definition: RobotDefinition;
  readonly failures: readonly Failure[];
  readonly warnings: readonly RobotWarning[];
}

/**
 * Decodes a robot.yaml, and collects everything that is wrong with it. What rcc accepts is not wrong:
 * absolute paths and those that leave the robot's folder it joins to that.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/robot/robot.go (`robot`, `Validate`)
 *
 * @throws {Failure} only when it is no YAML at all.
 */
export function parseRobotDefinition(source: SourceText): ParsedDefinition {
  const reader = new YamlReader(parseYaml(source), "robot/definition");
  const file = { reader, fields: reader.root(KEYS) };
  const { tasks, warnings } = readAllTasks(file);
  const condaConfigFile = textOf(file, "condaConfigFile");
  const definition = {
    tasks,
    artifactsDir: readArtifactsDir(file),
    condaConfigFile: condaConfigFile.text === "" ? undefined : condaConfigFile,
    environmentConfigs: textsOf(file, "environmentConfigs"),
    preRunScripts: textsOf(file, "preRunScripts"),
    ignoreFiles: textsOf(file, "ignoreFiles").filter(({ text }) => text.trim() !== ""),
    PATH: textsOf(file, "PATH"),
    PYTHONPATH: textsOf(file, "PYTHONPATH"),
  };
  return {
    definition,
    failures: reader.faults.failures(),
    warnings: [...notesOf(reader, source.fileName), ...warnings],
  };
}

function notesOf(reader: YamlReader, fileName: string): readonly RobotWarning[] {
  const keys = reader.repeatedKeys.map(({ text, line }) =>
    `the key ${quote(text)} stands twice in ${fileName}, again in line ${line}, and rcc goes by ` +
    "what stands later"
  );
  const tags = reader.ignoredTags.map(({ text, line }) =>
    `the tag ${quote(text)} in line ${line} of ${fileName} means nothing to rcc, which takes the ` +
    "text as it is"
  );
  return [...new Set([...keys, ...tags])].map((message) => ({ kind: "yaml", message }));
}

type ReadTasks = Pick<RobotDefinition, "tasks"> & Pick<ParsedDefinition, "warnings">;

function readAllTasks(file: RobotFile): ReadTasks {
  const { reader, fields } = file;
  const located = readTasks(reader, fields.get("tasks"));
  if (located.length === 0 && reader.faults.count === 0) {
    reader.faults.add(keyOf(file, "tasks"), `"tasks" is missing or empty, name at least one task`);
  }
  const warnings = reader.faults.count === 0 ? judgeTasks(reader, located) : [];
  // Only `rcc run --dev` knows them, but rcc refuses a file in which they have a wrong shape.
  readTasks(reader, fields.get("devTasks"), { shapeOnly: true });
  return { tasks: located.map(({ task }) => task), warnings };
}

/** A task that cannot be run is a fault only when no other can be. */
function judgeTasks(reader: YamlReader, located: readonly LocatedTask[]): readonly RobotWarning[] {
  const faulty = located.flatMap(({ task, position }) => {
    const fault = taskFault(task);
    return fault === undefined
      ? []
      : [{ position, message: `task ${quote(task.name)} cannot be run, ${fault}` }];
  });
  if (faulty.length === located.length) {
    for (const { position, message } of faulty) reader.faults.add(position, message);
    return [];
  }
  return faulty.map(({ position: { line }, message }) => ({
    kind: "task",
    message: `${message} (line ${line})`,
  }));
}

function readArtifactsDir(file: RobotFile): Located {
  const { reader } = file;
  const known = reader.faults.count;
  const written = textOf(file, "artifactsDir");
  if (written.text === "" && reader.faults.count === known) {
    const message = `"artifactsDir" is missing or empty, expected a folder such as "output"`;
    reader.faults.add(keyOf(file, "artifactsDir"), message);
  }
  return written;
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
