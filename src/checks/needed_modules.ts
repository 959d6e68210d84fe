import { basename } from "node:path/posix";
import type { RobotCommand } from "../robot/mod.ts";

/** Why a command needs a package, in words that follow "needs it": `("import win32api" in task.py)`. */
export interface Need {
  readonly command: RobotCommand;
  readonly evidence: string;
}

/** Texts of the robot's files by their paths, relative with `/`. */
export type SourceTexts = ReadonlyMap<string, string>;

/**
 * The first command that plainly needs one of the modules: it runs it, or a file that it names
 * imports it at the beginning of a line. What is imported under a condition is not plainly needed.
 */
export function findNeed(
  modules: readonly string[],
  commands: readonly RobotCommand[],
  sources: SourceTexts,
): Need | undefined {
  for (const command of commands) {
    const evidence = evidenceIn(command.words, { modules, sources });
    if (evidence !== undefined) return { command, evidence };
  }
  return undefined;
}

/** The robot's files that a command names: what `sources` should hold. */
export function namedFiles(
  commands: readonly RobotCommand[],
  paths: Iterable<string>,
): readonly string[] {
  const known = new Set(paths);
  const words = commands.flatMap(({ words }) => words.map(asPath));
  return [...new Set(words)].filter((word) => known.has(word));
}

interface EvidenceOptions {
  readonly modules: readonly string[];
  readonly sources: SourceTexts;
}

function evidenceIn(
  words: readonly string[],
  { modules, sources }: EvidenceOptions,
): string | undefined {
  const [program = ""] = words;
  if (modules.includes(basename(program))) return `it runs ${basename(program)}`;
  for (const [at, word] of words.entries()) {
    const before = words[at - 1];
    if (before === "-m" && isAmong(word, modules)) return `it runs python -m ${word}`;
    const text = before === "-c" ? word : sources.get(asPath(word));
    const imported = importsOf(text ?? "").find((name) => isAmong(name, modules));
    if (imported === undefined) continue;
    return before === "-c" ? `it imports ${imported}` : `${asPath(word)} imports ${imported}`;
  }
  return undefined;
}

function asPath(word: string): string {
  return word.replace(/^(?:\.\/)+/, "");
}

function isAmong(name: string, modules: readonly string[]): boolean {
  return modules.some((module) => name === module || name.startsWith(`${module}.`));
}

const IMPORTS = /^(?:import[ \t]+(?<list>[\w., \t]+)|from[ \t]+(?<one>[\w.]+)[ \t]+import\b)/gm;
/** Robot Framework's, with two spaces or a tab at least. */
const LIBRARIES = /^Library(?: {2,}|[ ]?\t\s*)(\S+)/gm;

function importsOf(text: string): readonly string[] {
  const statements = text.replaceAll(/;[ \t]*/g, "\n");
  const modules = [...statements.matchAll(IMPORTS)].flatMap(({ groups }) =>
    groups?.one === undefined
      ? (groups?.list ?? "").split(",").map((item) => item.trim().split(/\s/)[0]!)
      : [groups.one]
  );
  return [...modules, ...[...text.matchAll(LIBRARIES)].map(([, name]) => name!)];
}
