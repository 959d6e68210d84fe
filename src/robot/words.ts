/**
 * Splits a command as rcc does before it executes it: quotes, `\` and comments are understood, and
 * nothing else. No shell is asked: `|`, `$HOME` and `*` are ordinary words.
 * Source: https://github.com/google/shlex/blob/e7afc7fbc510/shlex.go
 *
 * @throws {SyntaxError} when a quote is not closed or nothing follows the last `\`.
 */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let rest = text.replace(SKIPPED, "");
  while (rest !== "") {
    const word = WORD.exec(rest)?.[0] ?? "";
    const next = rest.slice(word.length);
    if (/^[^ \t\r\n]/.test(next)) {
      throw new SyntaxError(
        next.startsWith("\\")
          ? `nothing follows the last "\\"`
          : `the quote ${next[0]} is not closed`,
      );
    }
    words.push(
      word.replace(
        PART,
        (_, escaped, double, single) => escaped ?? double?.replace(/\\([^])/g, "$1") ?? single,
      ),
    );
    rest = next.replace(SKIPPED, "");
  }
  return words;
}

/** White space, and comments from a `#` in front of a word to the end of the line. */
const SKIPPED = /^(?:[ \t\r\n]+|#[^\n]*)+/;
const WORD = /^(?:[^ \t\r\n"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'[^']*')+/;
const PART = /\\([^])|"((?:[^"\\]|\\[^])*)"|'([^']*)'/g;
