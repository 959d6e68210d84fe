import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { HelpPage } from "../../src/help/help_text.ts";

/** The help of a command and of all commands of it, as commander writes it. */
export function* helpPages(
  command: CommandUnknownOpts,
  names: readonly string[] = [],
): Generator<HelpPage> {
  yield { command: names, lines: helpOf(command).split("\n") };
  for (const inner of command.commands) yield* helpPages(inner, [...names, inner.name()]);
}

/** With a tab before each text that commander would wrap, which shows it what is left of a line. */
function helpOf(command: CommandUnknownOpts): string {
  let help = "";
  command.configureHelp({
    ...command.configureHelp(),
    helpWidth: Infinity,
    boxWrap: (text) => `\t${text}`,
  });
  command.configureOutput({
    writeOut: (text) => help += text,
    getOutHasColors: () => true,
  });
  command.outputHelp();
  return help;
}
