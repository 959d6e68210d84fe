import { basename } from "node:path/posix";
import { throwFailures } from "../failure/mod.ts";
import { goTrim } from "./dependency_parts.ts";
import { readPackageFile } from "./package_file.ts";
import { readSource, type ReadSourceOptions } from "./read_source.ts";
import { type Located, SourceText } from "./source_text.ts";
import { parseYaml } from "./yaml_document.ts";
import type { YamlNode, YamlValue } from "./yaml_node.ts";
import { YamlReader } from "./yaml_reader.ts";

/** One entry of a list of packages: its text without white space at the ends, and its place. */
export type CondaDependency = Located;

/**
 * A conda.yaml as rcc decodes it, before it is normalised: see `blueprintText` of holotree.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/conda/condayaml.go (`internalEnvironment`)
 */
export interface CondaFile {
  /** How diagnostics name the file: relative to the robot's folder, with `/`. */
  readonly fileName: string;
  /** A `package.yaml` of the action server has other keys; rcc makes the same environment of it. */
  readonly format: "conda" | "package";
  /** Empty when the file has none. */
  readonly name: string;
  readonly channels: readonly string[];
  /** What is not text was dropped: an unquoted `yes` or `3.10` is no package to rcc. */
  readonly dependencies: readonly CondaDependency[];
  /** Of all `pip:` lists, one behind the other. */
  readonly pip: readonly CondaDependency[];
  /** Empty when the file has none. */
  readonly prefix: string;
  readonly rccPostInstall: readonly string[];
  /** Keys that stand twice, at their later place: rcc takes that one, and merges mappings. */
  readonly repeatedKeys: readonly Located[];
}

const KEYS = ["name", "channels", "dependencies", "prefix", "rccPostInstall"] as const;

/**
 * Reads a conda.yaml and gives back its text too, which is what the environment is named after.
 *
 * @throws {Failure} or {Failures} of kind "robot", with line and column where it is the content.
 */
export async function readCondaFile(
  path: string,
  options: ReadSourceOptions,
): Promise<{ readonly conda: CondaFile; readonly text: string }> {
  const source = await readSource(path, options);
  return { conda: decodeCondaFile(source), text: source.text };
}

/**
 * Decodes the text of a conda.yaml, or of a package.yaml when that is its name.
 *
 * @throws {Failure} or {Failures} with all that is wrong with it.
 */
export function parseCondaFile(text: string, fileName: string): CondaFile {
  return decodeCondaFile(new SourceText(text, fileName));
}

/** @throws {Failure} or {Failures} with all that is wrong with it. */
export function decodeCondaFile(source: SourceText): CondaFile {
  const { fileName } = source;
  const reader = new YamlReader(parseYaml(source), "robot/conda");
  const isPackage = basename(fileName).toLowerCase() === "package.yaml";
  const conda = isPackage ? readPackageFile(reader, fileName) : readFields(reader, fileName);
  throwFailures(reader.faults.failures());
  return conda;
}

function readFields(reader: YamlReader, fileName: string): CondaFile {
  const fields = reader.root(KEYS);
  const value = (key: typeof KEYS[number]) => fields.get(key)?.value ?? null;
  const textsOf = (key: typeof KEYS[number]) =>
    reader.texts(value(key), `"${key}"`).map(({ text }) => text);
  const packages = readPackages(reader, value("dependencies"));
  return {
    fileName,
    format: "conda",
    name: reader.text(value("name"), `"name"`),
    channels: textsOf("channels"),
    ...packages,
    prefix: reader.text(value("prefix"), `"prefix"`),
    rccPostInstall: textsOf("rccPostInstall"),
    repeatedKeys: reader.repeatedKeys,
  };
}

/** Texts are conda's; mappings may hold a list for pip; rcc passes over everything else. */
function readPackages(
  reader: YamlReader,
  value: YamlValue,
): Pick<CondaFile, "dependencies" | "pip"> {
  const dependencies: CondaDependency[] = [];
  const pip: CondaDependency[] = [];
  for (const item of reader.items(value, `"dependencies"`)) {
    const content = reader.anything(item);
    if (typeof content === "object") dependencies.push(located(reader, item, content.text));
    if (content !== "mapping") continue;
    const group = reader.fields(item, { what: "the entry", expected: "pip", known: ["pip"] });
    for (const entry of reader.itemsIfAny(group?.get("pip")?.value ?? null)) {
      const requirement = reader.anything(entry);
      if (typeof requirement === "object") pip.push(located(reader, entry, requirement.text));
    }
  }
  return { dependencies, pip };
}

function located(reader: YamlReader, value: YamlNode, text: string): CondaDependency {
  return { text: goTrim(text), ...reader.position(value) };
}
