import { allCommands, type CommandLine, type OptionText, type Row } from "./command_line.ts";
import { usageWords } from "./markdown_page.ts";

/** Options of {@linkcode manPage}. */
export interface ManPageOptions {
  readonly version: string;
}

/** A page of section 1: https://man7.org/linux/man-pages/man7/man.7.html */
export function manPage(program: CommandLine, { version }: ManPageOptions): string {
  const { name, description, options, commands, environment, exitCodes } = program;
  const all = [...allCommands(commands)];
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    ".SH NAME",
    `${roff(name)} \\- ${roff(summary(description))}`,
    ".SH SYNOPSIS",
    ...all.filter(({ command }) => command.commands.length === 0).flatMap((
      { path, command },
      at,
    ) => [
      ...(at === 0 ? [] : [".br"]),
      `.B ${roff([name, ...path].join(" "))}`,
      ...usageWords(command).length === 0 ? [] : [line(usageWords(command).join(" "))],
    ]),
    ".SH DESCRIPTION",
    line(description),
    ...all.flatMap(({ path, command }) => [
      `.SH ${roff(path.join(" ").toUpperCase())}`,
      line(command.description),
      ...groupsOf(command.options),
      ...examples(command.examples),
    ]),
    ".SH OPTIONS BEFORE ANY COMMAND",
    ...options.flatMap(optionLines),
    ".SH ENVIRONMENT",
    ...environment.flatMap(tagged),
    ".SH EXIT STATUS",
    ...exitCodes.flatMap(tagged),
    "",
  ].join("\n");
}

/** `Packs a robot.` as NAME sections have it: `packs a robot`. */
function summary(description: string): string {
  return description.replace(/\.$/, "").replace(/^./, (first) => first.toLowerCase());
}

function groupsOf(options: readonly OptionText[]): readonly string[] {
  const groups = [...new Set(options.map(({ group }) => group))];
  return groups.flatMap((group) => [
    `.SS ${roff(group)}`,
    ...options.filter((option) => option.group === group).flatMap(optionLines),
  ]);
}

function optionLines({ flags, description, default: value }: OptionText): readonly string[] {
  return tagged([flags, description + (value === undefined ? "" : ` (default: ${value})`)]);
}

function tagged([name, means]: Row): readonly string[] {
  return [".TP", `.B ${roff(name)}`, line(means)];
}

function examples(rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  return [
    ".SS Examples",
    ...rows.flatMap(([does, command], at) => [
      ...(at === 0 ? [] : [".PP"]),
      ...[line(`${does}:`), ".PP", ".nf", line(command), ".fi"],
    ]),
  ];
}

/** A line of text: one that begins with a dot or a quote would be a request. */
function line(text: string): string {
  return roff(text).replace(/^[.']/, "\\&$&");
}

/** A dash that can be copied, and a backslash that is one. */
function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq");
}
