/**
 * How many columns of a terminal a printable text takes: two for the wide characters of East Asia
 * and for emoji, none for marks that stand on the character before, else one. Terminals that join
 * several characters into one emoji take fewer columns, never more.
 * Source: https://www.unicode.org/reports/tr11/
 */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (character < "\u0300") return 1;
  if (NONE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

const NONE = /[\p{Mn}\p{Me}\u200c\u200d]/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}\ufe0f]/u;

/** Options of {@linkcode cut}. */
export interface TruncateOptions {
  /** Stands at the end of what was cut, when there is room for it. */
  readonly ellipsis: string;
}

/** The start of the text that fits into so many columns. */
export function cut(text: string, width: number, { ellipsis }: TruncateOptions): string {
  if (widthOf(text) <= width) return text;
  const end = widthOf(ellipsis) < width ? ellipsis : "";
  const room = width - widthOf(end);
  let kept = "";
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > room) break;
    kept += character;
  }
  return kept + end;
}

/** The text with spaces behind it, up to so many columns. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}
