/**
 * Text from outside as one line that no terminal obeys: breaks and tabs become a space, all other
 * control and format characters are written out (`\u{1b}`), and the credentials in an address
 * become `***`. Doing it twice changes nothing.
 *
 * Among the format characters are those that turn the direction of writing, which make a line read
 * as what it is not (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing); the two
 * joiners stay, as words of some scripts need them.
 */
export function printable(text: string): string {
  return text.replace(BREAKS, " ").replace(UNPRINTABLE, writtenOut).replace(CREDENTIALS, "://***@");
}

const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu;
const CREDENTIALS = /:\/\/[^/\s@"']+@/g;

function writtenOut(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** {@linkcode printable} for each line of a text that has several. */
export function printableLines(text: string): readonly string[] {
  return text.replace(/\r?\n$/, "").split(/\r?\n/).map(printable);
}

/** A value as indented JSON without a character that a terminal or a job's log would obey. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(UNPRINTABLE_IN_JSON, escaped)
    .replaceAll("##[", "#\\u0023[");
}

/** JSON itself escapes what stands before the space; its own indentation stays. */
const UNPRINTABLE_IN_JSON = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}
