import { quote, quoteAll } from "./quote.ts";
import type { SourcePosition } from "./source_text.ts";
import type { Task, TaskDefinition } from "./task.ts";
import type { YamlField, YamlReader } from "./yaml_reader.ts";

const DEFINITIONS = ["robotTaskName", "shell", "command"];
const ONE_OF = `one of "robotTaskName", "shell" and "command"`;

/** Options of {@linkcode readTasks}. */
export interface ReadTasksOptions {
  /** Look at the types only, as rcc does with what it does not run. */
  readonly shapeOnly?: boolean;
}

/** A task, and where its name stands. */
export interface LocatedTask {
  readonly task: Task;
  readonly position: SourcePosition;
}

/** The tasks of a mapping of names to definitions, in the order of the file. */
export function readTasks(
  reader: YamlReader,
  field: YamlField | undefined,
  { shapeOnly = false }: ReadTasksOptions = {},
): readonly LocatedTask[] {
  if (field === undefined) return [];
  const entries = reader.fields(field.value, {
    what: `"${field.key}"`,
    expected: "names and their tasks",
  });
  return [...entries?.values() ?? []].map((entry) => {
    const known = reader.faults.count;
    const parts = readParts(reader, entry);
    if (!shapeOnly && reader.faults.count === known) requireOne(reader, { entry, parts });
    const [definition = { command: [] }] = parts;
    return { task: { name: entry.key, definition }, position: entry.position };
  });
}

/** The definitions that a task has: one when all is well. An empty one does not count. */
function readParts(reader: YamlReader, entry: YamlField): readonly TaskDefinition[] {
  const what = `task ${quote(entry.key)}`;
  const fields = reader.fields(entry.value, { what, expected: ONE_OF, known: DEFINITIONS });
  const text = (key: string) => reader.text(fields?.get(key)?.value ?? null, `"${key}" of ${what}`);
  const robotTaskName = text("robotTaskName");
  const shell = text("shell");
  const command = reader.texts(fields?.get("command")?.value ?? null, `"command" of ${what}`)
    .map((word) => word.text);
  return [
    ...robotTaskName === "" ? [] : [{ robotTaskName }],
    ...shell === "" ? [] : [{ shell }],
    ...command.length === 0 ? [] : [{ command }],
  ];
}

interface TaskParts {
  readonly entry: YamlField;
  readonly parts: readonly TaskDefinition[];
}

function requireOne(reader: YamlReader, { entry, parts }: TaskParts): void {
  const what = `task ${quote(entry.key)}`;
  const [definition] = parts;
  if (definition === undefined) {
    return reader.faults.add(entry.position, `${what} has nothing to run, expected ${ONE_OF}`);
  }
  if (parts.length > 1) {
    const keys = parts.flatMap((part) => Object.keys(part));
    const both = keys.length === 2 ? "both " : "";
    reader.faults.add(entry.position, `${what} has ${both}${quoteAll(keys)}, keep one`);
  }
}
