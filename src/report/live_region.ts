/**
 * The lines at the end of a terminal that change. The cursor always waits at their **first** column
 * of the first line, hidden: so clearing means "erase all behind the cursor", and stays right when
 * a resized terminal has broken the lines anew, which no count of lines would.
 * Source: https://www.man7.org/linux/man-pages/man4/console_codes.4.html
 */
export class LiveRegion {
  #shown: readonly string[] = [];

  /** What to write so that exactly these lines are seen, each narrower than the terminal. */
  draw(lines: readonly string[]): string {
    if (lines.length === 0) return this.clear();
    if (isEqual(lines, this.#shown)) return "";
    const first = this.#shown.length === 0;
    this.#shown = lines;
    return (first ? HIDE_CURSOR : "") +
      lines.join(`${ERASE_LINE}\r\n`) + ERASE_BEHIND +
      (lines.length > 1 ? `\x1b[${lines.length - 1}A` : "") + "\r";
  }

  /** What to write so that nothing of it is seen, and the cursor is. */
  clear(): string {
    if (this.#shown.length === 0) return "";
    this.#shown = [];
    return `\r${ERASE_BEHIND}${SHOW_CURSOR}`;
  }
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** To the end of the line. */
const ERASE_LINE = "\x1b[K";
/** To the end of the line and all lines below. */
const ERASE_BEHIND = "\x1b[J";

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}
