/** Texts that may go on in further lines: plain ones and those in quotes. */
import { isBlank, isBlankOrEnd, isYamlBreak, type YamlCursor } from "./yaml_cursor.ts";
import type { Refuse, YamlToken } from "./yaml_token.ts";

/** Blanks and line breaks between two words. */
class Gap {
  blanks = "";
  first = "";
  more = "";

  get hasBreak(): boolean {
    return this.first !== "";
  }

  addBreak(text: string): void {
    if (this.hasBreak) this.more += text;
    else this.first = text;
  }

  /** What remains of it: one line break is a space, several are all but the first. */
  folded(): string {
    if (!this.hasBreak) return this.blanks;
    return this.first === "\n" ? this.more || " " : this.first + this.more;
  }
}

/** A text that an indicator does not end, and whether a line break stands behind it. */
export interface PlainScalar {
  readonly token: YamlToken;
  readonly endsLine: boolean;
}

/** Options of {@linkcode scanPlain}. */
export interface PlainOptions {
  /** In a column left of this one, it ends. */
  readonly indent: number;
  readonly isInFlow: boolean;
}

export function scanPlain(
  cursor: YamlCursor,
  { indent, isInFlow, refuse }: PlainOptions & { readonly refuse: Refuse },
): PlainScalar {
  const { offset } = cursor;
  let text = "";
  let gap = new Gap();
  while (!cursor.isDocumentIndicator() && cursor.peek() !== "#") {
    const word = readWord(cursor, isInFlow);
    if (word !== "") {
      text += gap.folded() + word;
      gap = new Gap();
    }
    if (!isGap(cursor.peek())) break;
    while (isGap(cursor.peek())) {
      if (isYamlBreak(cursor.peek())) {
        gap.addBreak(cursor.readBreak());
        continue;
      }
      if (gap.hasBreak && cursor.column < indent && cursor.peek() === "\t") {
        refuse(cursor.offset, "a tab, use spaces");
      }
      gap.blanks += cursor.read();
    }
    if (!isInFlow && cursor.column < indent) break;
  }
  return { token: { type: "scalar", offset, text, isPlain: true }, endsLine: gap.hasBreak };
}

function isGap(character: string): boolean {
  return isBlank(character) || isYamlBreak(character);
}

function readWord(cursor: YamlCursor, isInFlow: boolean): string {
  let word = "";
  while (!isBlankOrEnd(cursor.peek())) {
    const character = cursor.peek();
    if (character === ":" && isBlankOrEnd(cursor.peek(1))) break;
    if (isInFlow && ",?[]{}".includes(character)) break;
    word += cursor.read();
  }
  return word;
}

export function scanQuoted(cursor: YamlCursor, refuse: Refuse): YamlToken {
  const { offset } = cursor;
  const quote = cursor.read();
  let text = "";
  for (;;) {
    if (cursor.isDocumentIndicator()) {
      refuse(cursor.offset, `"---" or "..." at the start of a line inside of quotes`);
    }
    if (cursor.peek() === "") {
      refuse(cursor.offset, `a text in quotes that is not closed: ${quote}`);
    }
    const gap = new Gap();
    // Behind a "\\" at the end of a line neither the line break counts nor the next line's margin.
    let isJoined = false;
    while (!isBlankOrEnd(cursor.peek()) && cursor.peek() !== quote || isDoubled(cursor, quote)) {
      if (quote === '"' && cursor.peek() === "\\" && isYamlBreak(cursor.peek(1))) {
        cursor.skip();
        cursor.readBreak();
        isJoined = true;
        break;
      }
      text += readQuoted(cursor, { quote, refuse });
    }
    if (!isJoined && cursor.peek() === quote) break;
    // Behind a "\" at a line's end the next line's margin is dropped, and its line break was too.
    if (isJoined && cursor.peek() === quote) break;
    while (isGap(cursor.peek())) {
      if (isYamlBreak(cursor.peek())) {
        const text = cursor.readBreak();
        if (isJoined) gap.more += text;
        else gap.addBreak(text);
      } else if (gap.hasBreak || isJoined) cursor.skip();
      else gap.blanks += cursor.read();
    }
    text += isJoined ? gap.more : gap.folded();
  }
  cursor.skip();
  return { type: "scalar", offset, text, isPlain: false };
}

/** Whether a single quote is written here as two. */
function isDoubled(cursor: YamlCursor, quote: string): boolean {
  return quote === "'" && cursor.peek() === "'" && cursor.peek(1) === "'";
}

const ESCAPES = new Map([
  ...[["0", "\0"], ["a", "\x07"], ["b", "\b"], ["t", "\t"], ["\t", "\t"], ["n", "\n"]],
  ...[["v", "\v"], ["f", "\f"], ["r", "\r"], ["e", "\x1b"], [" ", " "], ['"', '"'], ["'", "'"]],
  ...[["\\", "\\"], ["N", "\x85"], ["_", "\xa0"], ["L", "\u2028"], ["P", "\u2029"]],
] as [string, string][]);
const CODE_LENGTHS = new Map([["x", 2], ["u", 4], ["U", 8]]);

/** One character, escaped or not. */
function readQuoted(
  cursor: YamlCursor,
  { quote, refuse }: { readonly quote: string; readonly refuse: Refuse },
): string {
  const { offset } = cursor;
  const character = cursor.read();
  if (quote === "'") {
    if (character === "'") cursor.skip();
    return character;
  }
  if (character !== "\\") return character;
  const letter = cursor.read();
  const length = CODE_LENGTHS.get(letter);
  if (length !== undefined) return readCode(cursor, { length, refuse });
  const cure = letter === "/" ? ', write "/"' : ', write "\\\\" for a backslash';
  return ESCAPES.get(letter) ?? refuse(offset, `"\\${letter}" is no escape${cure}`);
}

function readCode(
  cursor: YamlCursor,
  { length, refuse }: { readonly length: number; readonly refuse: Refuse },
): string {
  const { offset } = cursor;
  let digits = "";
  for (let i = 0; i < length; i++) {
    if (!/^[0-9a-f]$/i.test(cursor.peek())) {
      refuse(cursor.offset, `an escape without ${length} hexadecimal digits`);
    }
    digits += cursor.read();
  }
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff || code >= 0xd800 && code <= 0xdfff) {
    refuse(offset, `an escape that is no character: ${digits}`);
  }
  return String.fromCodePoint(code);
}
