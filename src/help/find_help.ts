import type { HelpPage } from "./help_text.ts";
import pages from "./pages.json" with { type: "json" };

/**
 * The page that is asked for, `undefined` where anything else is, or where it takes more to
 * understand the arguments than to look at them: that is left to commander.
 */
export function findHelp(args: readonly string[]): HelpPage | undefined {
  const command = helpedCommand(args);
  return command && pages.find((page) => isSame(page.command, command));
}

/** Nothing, `build --help`, `cache prune -h`, `help`, `help build`. */
function helpedCommand(args: readonly string[]): readonly string[] | undefined {
  if (args.length === 0) return [];
  if (["-h", "--help"].includes(args.at(-1)!)) return args.slice(0, -1);
  if (args[0] === "help" && args.length <= 2) return args.slice(1);
  return undefined;
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name, i) => name === others[i]);
}
