/** A program's command line. */
export interface CommandLine {
  readonly name: string;
  readonly description: string;
  /** Those before any command. */
  readonly options: readonly OptionText[];
  readonly commands: readonly CommandText[];
  readonly environment: readonly Row[];
  readonly exitCodes: readonly Row[];
}

export interface CommandText {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly ArgumentText[];
  readonly options: readonly OptionText[];
  /** Commands of the command, as `prune` of `cache`. */
  readonly commands: readonly CommandText[];
  /** What it does, and the command line. */
  readonly examples: readonly Row[];
}

export interface ArgumentText {
  readonly name: string;
  readonly isRequired: boolean;
  readonly value: Value;
}

export interface OptionText {
  /** With its dash, as `-r`. */
  readonly short?: string;
  /** With its dashes. */
  readonly long: string;
  /** As help shows it: `-r, --robot <path>`. */
  readonly flags: string;
  /** The title it is listed under. */
  readonly group: string;
  readonly description: string;
  readonly default?: string;
  /** None for an option that takes no value. */
  readonly value?: Value;
}

/** What a shell may propose for a value; nothing for `text`. */
export type Value = "file" | "folder" | "text" | { readonly choices: readonly string[] };

/** A name, or several, and what it means. */
export type Row = readonly [string, string];

/** `build`, `cache prune`: commands that can be run, each with the names that lead to it. */
export function* allCommands(
  commands: readonly CommandText[],
  before: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly command: CommandText }> {
  for (const command of commands) {
    const path = [...before, command.name];
    yield { path, command };
    yield* allCommands(command.commands, path);
  }
}

/** All names of the options. */
export function flagsOf(options: readonly OptionText[]): readonly string[] {
  return options.flatMap(({ short, long }) => short === undefined ? [long] : [short, long]);
}

/** What may come next in a command: its commands, the words its arguments take, its options. */
export function proposedOf(command: CommandText): readonly string[] {
  return [
    ...command.commands.map(({ name }) => name),
    ...command.arguments.flatMap(({ value }) => choicesOf(value)),
    ...flagsOf(command.options),
  ];
}

/** The words that a value is one of. */
export function choicesOf(value: Value): readonly string[] {
  return typeof value === "object" ? value.choices : [];
}

/** A name that shells take for a function's. */
export function functionName(program: string): string {
  return `_${program.replace(/[^A-Za-z0-9]/g, "_")}`;
}
