import { type Command, InvalidArgumentError } from "@commander-js/extra-typings";
import type { Shell } from "../manual/mod.ts";
import { examplesText } from "./help.ts";

const SHELLS: readonly string[] = ["bash", "zsh", "fish", "powershell"] satisfies Shell[];

/** Adds `completion`. */
export function addCompletionCommand(
  program: Command,
  action: (shell: Shell) => Promise<void>,
): void {
  const shell = program.createArgument("<shell>", SHELLS.join(", "))
    .argParser(parseShell);
  shell.argChoices = [...SHELLS];
  program.command("completion")
    .description("Print what makes a shell complete this program's commands and options.")
    .addArgument(shell)
    .addHelpText("after", examplesText("completion"))
    .action((shell) => action(shell));
}

function parseShell(text: string): Shell {
  if (SHELLS.includes(text)) return text as Shell;
  throw new InvalidArgumentError(`Expected one of ${SHELLS.join(", ")}`);
}
