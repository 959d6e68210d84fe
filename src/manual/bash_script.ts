import {
  allCommands,
  type CommandLine,
  flagsOf,
  functionName,
  type OptionText,
  proposedOf,
  type Value,
} from "./command_line.ts";

/**
 * For `complete -F`: https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
 * It works with bash 3.2, which macOS has, and without the package bash-completion. Bash splits
 * `--save=x` at the equals sign.
 */
export function bashScript({ name, options, commands }: CommandLine): string {
  const all = [...allCommands(commands)];
  const shown = functionName(name);
  return [
    `# bash completion for ${name}: eval "$(${name} completion bash)"`,
    "# shellcheck shell=bash disable=SC2207",
    `${shown}() {`,
    `  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"`,
    `  local command="" word words="" IFS=$' \\n'`,
    `  if [[ $current == "=" ]]; then`,
    `    current=""`,
    `  elif [[ $previous == "=" ]]; then`,
    `    previous="\${COMP_WORDS[COMP_CWORD-2]}"`,
    "  fi",
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    case "$command/$word" in`,
    ...all.map(({ path }) => `      "/${path.join("/")}") command="/${path.join("/")}" ;;`),
    "    esac",
    "  done",
    `  case "$command $previous" in`,
    ...valueCases("", options),
    ...all.flatMap(({ path, command }) => valueCases(`/${path.join("/")}`, command.options)),
    "  esac",
    `  case "$command" in`,
    `    "") words="${[...commands.map(({ name }) => name), ...flagsOf(options)].join(" ")}" ;;`,
    ...all.map(({ path, command }) =>
      `    "/${path.join("/")}") words="${proposedOf(command).join(" ")}" ;;`
    ),
    "  esac",
    `  COMPREPLY=($(compgen -W "$words" -- "$current"))`,
    "}",
    `complete -F ${shown} ${name}`,
    "",
  ].join("\n");
}

/** What follows an option that takes a value. */
function valueCases(command: string, options: readonly OptionText[]): readonly string[] {
  return options.flatMap(({ short, long, value }) => {
    if (value === undefined) return [];
    const flags = [short, long].filter((flag) => flag !== undefined);
    const pattern = flags.map((flag) => `"${command} ${flag}"`).join(" | ");
    return [`    ${pattern}) ${proposal(value)}; return ;;`];
  });
}

function proposal(value: Value): string {
  if (value === "text") return "COMPREPLY=()";
  if (typeof value === "object") {
    return `COMPREPLY=($(compgen -W "${value.choices.join(" ")}" -- "$current"))`;
  }
  const action = value === "folder" ? "-d" : "-f";
  // Names of files may have spaces, and only bash 4 knows compopt.
  return `IFS=$'\\n'; compopt -o filenames 2> /dev/null; ` +
    `COMPREPLY=($(compgen ${action} -- "$current"))`;
}
