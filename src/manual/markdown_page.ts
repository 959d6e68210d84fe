import {
  allCommands,
  type CommandLine,
  type CommandText,
  type OptionText,
  type Row,
} from "./command_line.ts";

/** docs/cli.md. */
export function markdownPage(program: CommandLine): string {
  const { name, description, options, commands, environment, exitCodes } = program;
  return [
    "# Command line",
    "",
    "<!-- Made of the program by `deno task docs`. -->",
    "",
    description,
    "",
    ...[...allCommands(commands)].flatMap(({ path, command }) => [
      `## ${[name, ...path].join(" ")}`,
      "",
      command.description,
      "",
      ...usage([name, ...path], command),
      ...examples(command.examples),
      ...optionLists(command.options),
    ]),
    "## Before any command",
    "",
    ...optionList(options),
    "## Environment variables",
    "",
    ...environment.map(([names, does]) => `- ${names.split(", ").map(code).join(", ")}: ${does}`),
    "",
    "## Exit codes",
    "",
    ...exitCodes.map(([numbers, means]) =>
      `- ${numbers.split(", ").map(code).join(", ")}: ${means}`
    ),
    "",
    "What each failure means, and its cure, is in [troubleshooting.md](troubleshooting.md).",
    "",
  ].join("\n");
}

function usage(path: readonly string[], command: CommandText): readonly string[] {
  return ["    " + [...path, ...usageWords(command)].join(" "), ""];
}

/** What follows the names of a command. */
export function usageWords(command: CommandText): readonly string[] {
  return [
    ...(command.options.some(({ long }) => long !== "--help") ? ["[options]"] : []),
    ...(command.commands.length > 0 ? ["<command>"] : []),
    ...command.arguments.map(({ name, isRequired }) => isRequired ? `<${name}>` : `[${name}]`),
  ];
}

function examples(rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  return ["```sh", ...rows.flatMap(([does, line]) => [`# ${does}`, line]), "```", ""];
}

function optionLists(options: readonly OptionText[]): readonly string[] {
  const groups = [...new Set(options.map(({ group }) => group))];
  return groups.flatMap((group) => [
    `**${group}**`,
    "",
    ...optionList(options.filter((option) => option.group === group)),
  ]);
}

function optionList(options: readonly OptionText[]): readonly string[] {
  return [
    ...options.map((option) =>
      `- ${code(option.flags)}: ${escape(option.description)}` +
      (option.default === undefined ? "" : ` (default: ${code(option.default)})`)
    ),
    "",
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** What Markdown would take for something else. */
function escape(text: string): string {
  return text.replace(/[*_<>[\]]/g, "\\$&");
}
