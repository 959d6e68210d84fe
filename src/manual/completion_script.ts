import { bashScript } from "./bash_script.ts";
import type { CommandLine } from "./command_line.ts";
import { fishScript } from "./fish_script.ts";
import { powershellScript } from "./powershell_script.ts";
import { zshScript } from "./zsh_script.ts";

export type Shell = keyof typeof SCRIPTS;

/** What a shell reads to complete commands, options and values. It never runs the program itself. */
export function completionScript(program: CommandLine, shell: Shell): string {
  return SCRIPTS[shell](program);
}

const SCRIPTS = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};
