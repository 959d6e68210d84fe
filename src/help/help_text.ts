/** The help of a command, as commander writes it where lines have no end. */
export interface HelpPage {
  /** The names that lead to the command; none for the program. */
  readonly command: readonly string[];
  /** Titles are bold. Where a tab stands begins what may be wrapped, and goes on below. */
  readonly lines: readonly string[];
}

/** Options of {@linkcode helpText}. */
export interface HelpTextOptions {
  /** The width of what shows it. */
  readonly columns: number;
  readonly hasColor: boolean;
}

/** The help as commander prints it. */
export function helpText(page: HelpPage, { columns, hasColor }: HelpTextOptions): string {
  const text = page.lines.map((line) => wrap(line, columns)).join("\n");
  return hasColor ? text : text.replaceAll(BOLD, "");
}

/** On and off: https://en.wikipedia.org/wiki/ANSI_escape_code#SGR */
// deno-lint-ignore no-control-regex
const BOLD = /\x1b\[1m|\x1b\[22m/g;

/** Where less is left for it, a text stays on its line: commander's `minWidthToWrap`. */
const NARROWEST = 40;

function wrap(line: string, columns: number): string {
  const [before, text] = line.split("\t");
  if (before === undefined || text === undefined) return line;
  const width = columns - before.length;
  const lines = width < NARROWEST ? [text] : linesOf(text, width);
  return before + lines.join("\n" + " ".repeat(before.length));
}

/** As many words to a line as there is room for, and at least one. */
function linesOf(text: string, width: number): readonly string[] {
  const [first = "", ...words] = text.split(" ");
  const lines = [];
  let line = first;
  for (const word of words) {
    if (line.length + 1 + word.length <= width) {
      line += ` ${word}`;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}
