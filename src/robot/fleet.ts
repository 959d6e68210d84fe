import { dirname, isAbsolute, join, resolve } from "node:path";
import { throwFailures } from "../failure/mod.ts";
import { quote } from "./quote.ts";
import { readSource } from "./read_source.ts";
import type { SourcePosition } from "./source_text.ts";
import { parseYaml } from "./yaml_document.ts";
import type { YamlNode } from "./yaml_node.ts";
import { YamlReader } from "./yaml_reader.ts";

/** A robot of a list, and how its image is called. */
export interface FleetEntry {
  /** As messages name it: the list's words. */
  readonly name: string;
  readonly robot: string;
  readonly tags: readonly string[];
  readonly task?: string;
}

/** Options of {@linkcode readFleet}. */
export interface ReadFleetOptions {
  readonly signal?: AbortSignal | undefined;
}

const KEYS = ["robot", "tags", "task"];

/**
 * Reads a list of robots: of each `robot`, a path from the list's folder, `tags`, and perhaps `task`.
 *
 * @throws {Failure} or {Failures} with all that is wrong with it.
 */
export async function readFleet(
  path: string,
  { signal }: ReadFleetOptions = {},
): Promise<readonly FleetEntry[]> {
  const document = parseYaml(await readSource(path, { fileName: path, signal }));
  const reader = new YamlReader(document, "usage/file");
  const items = reader.items(document.root ?? null, "the file");
  if (items.length === 0 && reader.faults.count === 0) {
    reader.faults.add(reader.position(null), `no robot, expected "robot" and "tags" of each`);
  }
  const folder = dirname(path);
  const entries = items.map((item, at) => readEntry(reader, item, { folder, number: at + 1 }));
  for (const { text, ...position } of reader.repeatedKeys) {
    reader.faults.add(position, `the key ${quote(text)} stands there again, leave one out`);
  }
  refuseRepeated(reader, entries);
  throwFailures(reader.faults.failures());
  return entries;
}

interface LocatedEntry extends FleetEntry {
  readonly position: SourcePosition;
}

function readEntry(
  reader: YamlReader,
  item: YamlNode,
  { folder, number }: { readonly folder: string; readonly number: number },
): LocatedEntry {
  const what = `entry ${number}`;
  const position = reader.position(item);
  const expected = `"robot" and "tags"`;
  const known = reader.faults.count;
  const fields = reader.fields(item, { what, expected }) ?? new Map<string, never>();
  for (const { key, position } of fields.values()) {
    if (!KEYS.includes(key)) {
      reader.faults.add(position, `${quote(key)} is no key of a list, expected ${KEYS.join(", ")}`);
    }
  }
  const valueOf = (key: string) => fields.get(key)?.value ?? null;
  const robot = reader.text(valueOf("robot"), `"robot"`);
  const tags = reader.texts(valueOf("tags"), `"tags"`).map(({ text }) => text);
  const task = reader.text(valueOf("task"), `"task"`);
  if (reader.faults.count === known) {
    if (robot === "") reader.faults.add(position, `${what} has no "robot", name its folder`);
    if (tags.length === 0) reader.faults.add(position, `${what} has no "tags", name its image`);
  }
  return {
    name: task === "" ? robot : `${robot} (${task})`,
    robot: isAbsolute(robot) ? robot : join(folder, robot),
    tags,
    ...(task === "" ? {} : { task }),
    position,
  };
}

/** The same robot with another task is another image. */
function refuseRepeated(reader: YamlReader, entries: readonly LocatedEntry[]): void {
  const seen = new Set<string>();
  for (const { name, robot, task, position } of entries) {
    const key = JSON.stringify([resolve(robot).replace(/[\\/]robot\.yaml$/, ""), task]);
    if (seen.has(key)) reader.faults.add(position, `${quote(name)} is listed already`);
    seen.add(key);
  }
}
