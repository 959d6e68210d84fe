import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { CommandLine, CommandText, OptionText, Value } from "../manual/mod.ts";
import { SBOM_FORMATS } from "../evidence/mod.ts";
import { START_MODES } from "../plan/mod.ts";
import { defaultOf, ENVIRONMENT_VARIABLES, EXAMPLES, EXIT_CODES } from "./help.ts";

/** What is to be known of the program for completions, the man page and docs/cli.md. */
export function commandLineOf(program: CommandUnknownOpts): CommandLine {
  return {
    name: program.name(),
    description: program.description(),
    options: optionsOf(program),
    commands: program.createHelp().visibleCommands(program)
      .filter((command) => command.name() !== "help")
      .map((command) => commandOf(command)),
    environment: ENVIRONMENT_VARIABLES,
    exitCodes: EXIT_CODES,
  };
}

/** @param above The names of the commands that it is one of. */
function commandOf(command: CommandUnknownOpts, above: readonly string[] = []): CommandText {
  const names = [...above, command.name()];
  return {
    name: command.name(),
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      isRequired: argument.required,
      value: { choices: argument.argChoices ?? [] },
    })),
    options: optionsOf(command),
    commands: command.commands.map((one) => commandOf(one, names)),
    examples: EXAMPLES[names.join(" ")] ?? [],
  };
}

function optionsOf(command: CommandUnknownOpts): readonly OptionText[] {
  return command.createHelp().visibleOptions(command).map((option) => ({
    ...(option.short === undefined ? {} : { short: option.short }),
    long: option.long!,
    flags: option.flags,
    group: (option.helpGroupHeading ?? "Options:").slice(0, -1),
    description: option.description,
    ...(defaultOf(option) === undefined ? {} : { default: defaultOf(option)! }),
    ...(option.required || option.optional ? { value: valueOf(option) } : {}),
  }));
}

/** Options that take one of a few words. Whether they are right is checked where they are read. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "--base-image": ["debian:stable-slim", "scratch"],
  "--compression": ["gzip", "zstd"],
  "--load": ["docker", "podman"],
  "--progress": ["auto", "tty", "plain"],
  "--sbom-format": SBOM_FORMATS,
  "--start": START_MODES,
  "--pull": ["always", "missing"],
};

/** By the placeholder in the flags: `<dir>` is a folder. */
function valueOf({ long, flags }: Option): Value {
  const choices = CHOICES[long!];
  if (choices !== undefined) return { choices };
  const placeholder = /[<[]([^>\]]*)/.exec(flags)?.[1];
  if (placeholder === "dir") return "folder";
  if (placeholder === "path" || placeholder === "file") return "file";
  return "text";
}
