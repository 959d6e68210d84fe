import { posix, win32 } from "node:path";
import { readFileText } from "../files/mod.ts";

/** What says where the file is. */
export interface NetrcFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly hostOs: string;
}

/** The text of the user's netrc, which curl, pip and conda take passwords from; none when there is none. */
export async function readNetrc({ env, hostOs }: NetrcFacts): Promise<string | undefined> {
  for (const path of netrcPaths({ env, hostOs })) {
    const text = await readFileText(path).catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

function netrcPaths({ env, hostOs }: NetrcFacts): readonly string[] {
  if (env.NETRC) return [env.NETRC];
  const isWindows = hostOs === "win32";
  const home = (isWindows ? env.USERPROFILE : env.HOME) ?? "";
  if (home === "") return [];
  const { join } = isWindows ? win32 : posix;
  return [".netrc", "_netrc"].map((name) => join(home, name));
}

/**
 * The passwords and accounts of a netrc file.
 * Format: https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
 */
export function netrcPasswords(text: string): readonly string[] {
  const words = text.replace(MACRO, "").match(WORD) ?? [];
  return words.flatMap((word, at) => {
    const next = words[at + 1];
    const isSecret = word === "password" || word === "account";
    return isSecret && next !== undefined ? [unquoted(next)] : [];
  });
}

/** A macro goes on to the next empty line. */
const MACRO = /^[ \t]*macdef\b[^]*?(?:\n[ \t]*\n|$(?![^]))/gm;
const WORD = /"(?:[^"\\\n]|\\.)*"|\S+/g;

function unquoted(word: string): string {
  return /^".*"$/.test(word) ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word;
}
