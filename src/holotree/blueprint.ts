import { type CondaDependency, type CondaFile, goTrim } from "../robot/mod.ts";
import { yamlText } from "./go_yaml.ts";
import { sipit } from "./names.ts";
import { isSamePackage, moreSpecific, parseRequirement, type Requirement } from "./requirement.ts";

/** Options of {@linkcode blueprintText}. */
export interface BlueprintOptions {
  /**
   * The folder `<ROBOCORP_HOME>/channel` when it has a channeldata.json: it becomes the first channel,
   * though not that of a package.yaml.
   */
  readonly localChannel?: string;
}

/**
 * What RCC makes of a conda.yaml before it builds or finds an environment: normalised, and written
 * as Go's yaml.v2 does, without white space at the ends.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/conda/condayaml.go (`AsEnvironment`, `AsYaml`)
 */
export function blueprintText(conda: CondaFile, { localChannel }: BlueprintOptions = {}): string {
  const packages = promotePip({
    conda: mergeRequirements(conda.dependencies).merged,
    pip: mergeRequirements(conda.pip).merged,
  });
  const hasLocalChannel = localChannel !== undefined && conda.format === "conda";
  const channels = hasLocalChannel ? [localChannel, ...conda.channels] : conda.channels;
  const text = [
    field("name", conda.name),
    list("channels", unique(channels)),
    dependencies(packages),
    field("prefix", conda.prefix),
    conda.rccPostInstall.length > 0 ? list("rccPostInstall", unique(conda.rccPostInstall)) : "",
  ].join("");
  return goTrim(text);
}

/** The name of the environment that a blueprint describes: 16 hex digits. */
export function blueprintHash(text: string): string {
  return sipit(goTrim(text));
}

/** One line for each list of which RCC drops a part, for a package stands there with two versions. */
export function droppedDependencies({ fileName, dependencies, pip }: CondaFile): readonly string[] {
  return [dependencies, pip].flatMap((list) => {
    const { contradiction } = mergeRequirements(list);
    if (contradiction === undefined) return [];
    const { first, second } = contradiction;
    const { line, column } = second.dependency;
    return `${fileName}:${line}:${column} has another version of ${
      JSON.stringify(first.name)
    } than ` +
      `line ${first.dependency.line}: rcc drops it, and everything behind it in its list without a ` +
      `word, keep one of the two`;
  });
}

interface MergedRequirements {
  readonly merged: readonly Requirement[];
  /** One package with two versions: what is behind it was not looked at. */
  readonly contradiction?: { readonly first: Requirement; readonly second: Requirement };
}

/** One list without repetitions: what says more stands at the place of what came first. */
function mergeRequirements(dependencies: readonly CondaDependency[]): MergedRequirements {
  const merged: Requirement[] = [];
  for (const dependency of dependencies) {
    const second = parseRequirement(dependency);
    if (second === undefined) continue;
    const place = merged.findIndex((other) => isSamePackage(other, second));
    const first = merged[place];
    if (first === undefined) {
      merged.push(second);
      continue;
    }
    const chosen = moreSpecific(first, second);
    if (chosen === undefined) return { merged, contradiction: { first, second } };
    merged[place] = chosen;
  }
  return { merged };
}

interface Packages {
  readonly conda: readonly Requirement[];
  readonly pip: readonly Requirement[];
}

/**
 * What both lists have is installed by conda. When they contradict each other, RCC leaves the list
 * for pip as it is, and pip has the last word.
 */
function promotePip({ conda, pip }: Packages): Packages {
  const promoted = [...conda];
  const left: Requirement[] = [];
  for (const second of pip) {
    const place = promoted.findIndex((other) => isSamePackage(other, second));
    const first = promoted[place];
    if (first === undefined) {
      left.push(second);
      continue;
    }
    const chosen = moreSpecific(first, second);
    if (chosen === undefined) return { conda: promoted, pip };
    promoted[place] = chosen;
  }
  return { conda: promoted, pip: left };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function field(key: string, value: string): string {
  return value === "" ? "" : `${key}:${yamlText(value, { column: key.length + 1, indent: 2 })}`;
}

function list(key: string, values: readonly string[]): string {
  return values.length === 0 ? `${key}: []\n` : `${key}:\n${items(values, "")}`;
}

function dependencies({ conda, pip }: Packages): string {
  if (pip.length === 0) return list("dependencies", conda.map(({ text }) => text));
  return "dependencies:\n" + items(conda.map(({ text }) => text), "") +
    "- pip:\n" + items(pip.map(({ text }) => text), "  ");
}

function items(values: readonly string[], margin: string): string {
  const position = { column: margin.length + 1, indent: margin.length + 2 };
  return values.map((value) => `${margin}-${yamlText(value, position)}`).join("");
}
