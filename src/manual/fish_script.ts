import {
  allCommands,
  choicesOf,
  type CommandLine,
  type OptionText,
  type Value,
} from "./command_line.ts";

/** For `complete`: https://fishshell.com/docs/current/cmds/complete.html */
export function fishScript({ name, options, commands }: CommandLine): string {
  const all = [...allCommands(commands)];
  return [
    `# fish completion for ${name}`,
    `complete -c ${name} -f`,
    ...options.map((option) => optionLine(option, { name, when: "__fish_use_subcommand" })),
    ...all.map(({ path, command }) =>
      `complete -c ${name} -n ${quote(whenBefore(path))} -a ${command.name} -d ${
        quote(command.description)
      }`
    ),
    ...all.flatMap(({ path, command }) => {
      const when = `__fish_seen_subcommand_from ${path.at(-1)}`;
      return [
        ...command.arguments.flatMap(({ value }) => argumentLines(value, { name, when })),
        ...command.options.map((option) => optionLine(option, { name, when })),
      ];
    }),
    "",
  ].join("\n");
}

interface Place {
  readonly name: string;
  /** The condition under which a line counts. */
  readonly when: string;
}

function whenBefore(path: readonly string[]): string {
  const parent = path.at(-2);
  if (parent === undefined) return "__fish_use_subcommand";
  return `__fish_seen_subcommand_from ${parent}; and not __fish_seen_subcommand_from ${
    path.at(-1)
  }`;
}

function optionLine(
  { short, long, description, value }: OptionText,
  { name, when }: Place,
): string {
  return [
    `complete -c ${name} -n ${quote(when)}`,
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(value === undefined ? [] : [takes(value)]),
    `-d ${quote(description)}`,
  ].join(" ");
}

/** `-x` takes a value and no files, `-r -F` a value that is a file. */
function takes(value: Value): string {
  if (value === "file") return "-r -F";
  if (value === "folder") return `-x -a "(__fish_complete_directories)"`;
  return value === "text" ? "-x" : `-x -a ${quote(choicesOf(value).join(" "))}`;
}

function argumentLines(value: Value, { name, when }: Place): readonly string[] {
  const line = `complete -c ${name} -n ${quote(when)}`;
  if (value === "file" || value === "folder") return [`${line} -F`];
  const choices = choicesOf(value);
  return choices.length === 0 ? [] : [`${line} -a ${quote(choices.join(" "))}`];
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
