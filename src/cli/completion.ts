import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { completionScript, type Shell } from "../manual/mod.ts";
import { commandLineOf } from "./command_line.ts";
import type { Context } from "../build/mod.ts";

/** Prints what makes a shell complete the program's commands and options. */
export function completion(
  shell: Shell,
  { program, context }: { readonly program: CommandUnknownOpts; readonly context: Context },
): void {
  context.reporter.printDocument(completionScript(commandLineOf(program), shell));
}
