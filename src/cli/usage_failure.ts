import type { Command } from "@commander-js/extra-typings";
import { CommanderError } from "commander";
import { Failure } from "../failure/mod.ts";
import { PROGRAM_NAME } from "../version.ts";

/** Options of {@linkcode asUsageFailure}. */
export interface UsageOptions {
  readonly args: readonly string[];
  readonly program: AnyCommand;
}

/** Commander's own errors are about the command line. Anything else stays as it is. */
export function asUsageFailure(error: unknown, { args, program }: UsageOptions): unknown {
  if (!(error instanceof CommanderError)) return error;
  const usage = (problem: string) => new Failure("usage/option", problem);
  if (error.code === "commander.help") {
    return usage("a command is missing, see --help for those there are");
  }
  const [, unknown] = /^error: unknown (?:option|command) '(.*?)'(?:\n|$)/s.exec(error.message) ??
    [];
  if (unknown === undefined) return usage(error.message.replace(/^error: /, ""));
  const command = commandOf(args, program);
  const help = `see \`${[PROGRAM_NAME, ...command.path, "--help"].join(" ")}\` for those there are`;
  const { commands, options } = command.of;
  if (error.code === "commander.unknownCommand") {
    const near = nearestOf(unknown, commands.map((other) => other.name()));
    return usage(`unknown command "${unknown}", ${near ? `did you mean ${near}?` : help}`);
  }
  const others = program.commands.filter((other) => flagsOf(other.options).includes(unknown))
    .map((other) => other.name());
  const near = nearestOf(unknown.replace(/=.*/s, ""), flagsOf(options));
  const cure = others.length > 0
    ? `it is one of ${others.join(" and ")}`
    : near === undefined
    ? help
    : `did you mean ${near}?`;
  return usage(`unknown option "${unknown}", ${cure}`);
}

type AnyCommand = Pick<Command, "commands" | "options">;

/** The command that the arguments lead to, with the words on the way. */
function commandOf(
  args: readonly string[],
  program: AnyCommand,
): { readonly of: AnyCommand; readonly path: readonly string[] } {
  let of = program;
  const path: string[] = [];
  for (const word of args.filter((arg) => !arg.startsWith("-"))) {
    const next = of.commands.find((command) => command.name() === word);
    if (next === undefined) break;
    of = next;
    path.push(word);
  }
  return { of, path };
}

function flagsOf(options: AnyCommand["options"]): readonly string[] {
  return options.flatMap(({ long, short }) => [long, short].filter((flag) => flag != null));
}

/**
 * The name that was most likely meant: one that begins so or ends so, or one that differs in few
 * letters, counted as an exchange of neighbours counts for a typist.
 */
export function nearestOf(word: string, names: readonly string[]): string | undefined {
  const bare = word.replace(/^-+/, "");
  if (bare.length < 2) return undefined;
  const ranked = names.map((name) => {
    const other = name.replace(/^-+/, "");
    const isPart = bare.length > 2 && (other.startsWith(bare) || other.endsWith(bare));
    return { name, distance: isPart ? 0.5 : distanceBetween(bare, other) };
  }).sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  const most = Math.min(3, Math.ceil(bare.length / 3));
  return best !== undefined && best.distance <= most ? best.name : undefined;
}

/** https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance, of neighbours alone. */
function distanceBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, rows[i - 1]![j - 1]! + cost);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
