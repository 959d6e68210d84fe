import {
  allCommands,
  choicesOf,
  type CommandLine,
  type CommandText,
  functionName,
  type OptionText,
  type Value,
} from "./command_line.ts";

/**
 * For `_arguments`: https://zsh.sourceforge.io/Doc/Release/Completion-System.html
 * It can be a file `_NAME` in a folder of `fpath`, or be read by `source`.
 */
export function zshScript({ name, options, commands }: CommandLine): string {
  const top = functionName(name);
  return [
    `#compdef ${name}`,
    ...[...allCommands(commands)].flatMap(({ path, command }) => [
      "",
      ...commandFunction([top, ...path].join("_"), command),
    ]),
    "",
    ...commandFunction(top, { options, commands, arguments: [] }),
    "",
    `if [ "\${funcstack[1]}" = ${top} ]; then`,
    `  ${top} "$@"`,
    "else",
    `  compdef ${top} ${name}`,
    "fi",
    "",
  ].join("\n");
}

type Level = Pick<CommandText, "options" | "commands" | "arguments">;

function commandFunction(name: string, level: Level): readonly string[] {
  const { options, commands } = level;
  const specs = [...options.flatMap(optionSpecs), ...level.arguments.map(argumentSpec)];
  if (commands.length === 0) {
    return [`${name}() {`, "  _arguments -s -S \\", ...inLines(specs), "}"];
  }
  return [
    `${name}() {`,
    "  local context state line",
    "  local -A opt_args",
    "  _arguments -C \\",
    ...inLines([...specs, quote("1:command:->command"), quote("*::argument:->argument")]),
    "  case $state in",
    "    command)",
    "      local -a commands=(",
    ...commands.map(({ name, description }) => `        ${quote(`${name}:${description}`)}`),
    "      )",
    "      _describe command commands",
    "      ;;",
    "    argument)",
    "      case $line[1] in",
    ...commands.map((command) => `        ${command.name}) ${name}_${command.name} ;;`),
    "      esac",
    "      ;;",
    "  esac",
    "}",
  ];
}

function inLines(specs: readonly string[]): readonly string[] {
  return specs.map((spec, at) => `    ${spec}${at === specs.length - 1 ? "" : " \\"}`);
}

/** Any option may come again: which may not is for the program to say. */
function optionSpecs({ short, long, description, value }: OptionText): readonly string[] {
  const text = `[${description.replace(/[[\]\\]/g, "\\$&")}]`;
  const action = value === undefined ? "" : `:value:${actionOf(value)}`;
  const specs = [quote(`*${long}${value === undefined ? "" : "="}${text}${action}`)];
  if (short !== undefined) specs.unshift(quote(`*${short}${text}${action}`));
  return specs;
}

function argumentSpec({ name, value }: CommandText["arguments"][number]): string {
  return quote(`1:${name}:${actionOf(value)}`);
}

function actionOf(value: Value): string {
  if (value === "file") return "_files";
  if (value === "folder") return "_files -/";
  return value === "text" ? " " : `(${choicesOf(value).join(" ")})`;
}

/** One word for the shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
