/**
 * One text as Go's yaml.v2 writes it in block context: a blueprint's hash is that of its exact bytes.
 * The `yaml` package cannot be used here, for it quotes and folds by rules of its own.
 * Source: https://github.com/go-yaml/yaml/blob/v2.2.8/emitterc.go
 */
import { isPlainYamlString } from "./go_yaml_resolve.ts";

/** Where a text begins. */
export interface YamlPosition {
  /** Characters before it in its line, the space after `-` or `:` not counted. */
  readonly column: number;
  /** Spaces before each further line of it. */
  readonly indent: number;
}

/**
 * A text with the space before it and the line break after it. Texts with line breaks become
 * literal blocks, long ones are folded at 80 columns.
 */
export function yamlText(text: string, position: YamlPosition): string {
  const characters = [...text.toWellFormed()];
  const allowed = allowedStyles(characters);
  if (text.includes("\n")) {
    if (allowed.literal) return ` ${literal(characters, position.indent)}`;
  } else if (isPlainYamlString(text)) {
    if (allowed.plain) return ` ${flow(characters, position, PLAIN)}\n`;
    if (allowed.singleQuoted) return ` ${flow(characters, position, SINGLE_QUOTED)}\n`;
  }
  return ` ${flow(characters, position, doubleQuoted(characters))}\n`;
}

const BEST_WIDTH = 80;
const BREAKS = new Set(["\r", "\n", "\x85", "\u2028", "\u2029"]);
const INDICATORS = new Set("#,[]{}&*!|>'\"%@`");

interface AllowedStyles {
  readonly plain: boolean;
  readonly singleQuoted: boolean;
  readonly literal: boolean;
}

function allowedStyles(characters: readonly string[]): AllowedStyles {
  const first = characters[0];
  const last = characters.at(-1);
  let hasIndicator = /^(---|\.\.\.)/.test(characters.slice(0, 3).join(""));
  let hasBreak = false;
  let hasSpecial = false;
  let breakThenSpace = false;
  let spaceThenBreak = false;
  characters.forEach((character, i) => {
    const previous = characters[i - 1];
    if (isIndicator(characters, i)) hasIndicator = true;
    if (!isPrintable(character)) hasSpecial = true;
    if (isBreak(character)) hasBreak = true;
    if (character === " " && isBreak(previous)) breakThenSpace = true;
    if (isBreak(character) && previous === " ") spaceThenBreak = true;
  });
  const isPadded = first === " " || last === " " || isBreak(first) || isBreak(last);
  return {
    plain: !hasIndicator && !hasBreak && !hasSpecial && !isPadded,
    singleQuoted: !breakThenSpace && !spaceThenBreak && !hasSpecial,
    literal: last !== " " && !spaceThenBreak && !hasSpecial,
  };
}

/** Whether the character would mean something else than itself in a plain text. */
function isIndicator(characters: readonly string[], i: number): boolean {
  const character = characters[i]!;
  const next = characters[i + 1];
  const previous = characters[i - 1];
  const isBeforeBlank = next === undefined || next === " " || next === "\t";
  if (character === ":") return isBeforeBlank;
  if (i === 0) {
    return INDICATORS.has(character) || (character === "-" || character === "?") && isBeforeBlank;
  }
  return character === "#" &&
    (previous === " " || previous === "\t" || previous === "\0" || isBreak(previous));
}

function isPrintable(character: string): boolean {
  const code = character.codePointAt(0)!;
  return code === 0x0a || code >= 0x20 && code <= 0x7e || code >= 0xa0 && code <= 0xd7ff ||
    code >= 0xe000 && code <= 0xfffd && code !== 0xfeff;
}

function isBreak(character: string | undefined): boolean {
  return character !== undefined && BREAKS.has(character);
}

/** How a style that may be folded writes. */
interface FlowStyle {
  readonly quote: string;
  /** What stands for a character other than a space. */
  readonly escape: (character: string) => string;
  /** Whether a line may end before several spaces: the next begins with `\` then. */
  readonly foldsBeforeSpaces: boolean;
}

const PLAIN: FlowStyle = { quote: "", escape: (character) => character, foldsBeforeSpaces: false };

const SINGLE_QUOTED: FlowStyle = {
  quote: "'",
  escape: (character) => character === "'" ? "''" : character,
  foldsBeforeSpaces: false,
};

function doubleQuoted(characters: readonly string[]): FlowStyle {
  // A quirk of the emitter: behind a byte order mark it escapes every character.
  const escapesAll = characters[0] === "\ufeff";
  return {
    quote: '"',
    escape: (character) => escapesAll || needsEscape(character) ? escaped(character) : character,
    foldsBeforeSpaces: true,
  };
}

/** The text, broken at the first fitting space behind the best width of each line. */
function flow(
  characters: readonly string[],
  { column: start, indent }: YamlPosition,
  { quote, escape, foldsBeforeSpaces }: FlowStyle,
): string {
  let written = quote;
  let column = start + 1 + quote.length;
  let isAfterSpace = false;
  let isAfterBreak = false;
  characters.forEach((character, i) => {
    const text = escape(character);
    if (text === " ") {
      const isInside = i > 0 && i < characters.length - 1;
      const isBeforeSpace = characters[i + 1] === " ";
      if (
        !isAfterSpace && isInside && column > BEST_WIDTH && (foldsBeforeSpaces || !isBeforeSpace)
      ) {
        written += `\n${" ".repeat(indent)}${isBeforeSpace ? "\\" : ""}`;
        column = indent + (isBeforeSpace ? 1 : 0);
      } else {
        written += " ";
        column++;
      }
      isAfterSpace = true;
    } else if (isBreak(text)) {
      written += text;
      column = 0;
      isAfterBreak = true;
    } else {
      if (isAfterBreak) {
        written += " ".repeat(indent);
        column = indent;
      }
      written += text;
      column += text.length === 2 && text.codePointAt(0)! > 0xffff ? 1 : text.length;
      isAfterSpace = false;
      isAfterBreak = false;
    }
  });
  return written + quote;
}

const ESCAPES = new Map([
  ["\0", "\\0"],
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\v", "\\v"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["\x1b", "\\e"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\x85", "\\N"],
  ["\xa0", "\\_"],
  ["\u2028", "\\L"],
  ["\u2029", "\\P"],
]);

function needsEscape(character: string): boolean {
  return !isPrintable(character) || isBreak(character) || character === '"' || character === "\\";
}

function escaped(character: string): string {
  const known = ESCAPES.get(character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0)!;
  const [letter, digits] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(digits), "0")}`;
}

function literal(characters: readonly string[], indent: number): string {
  const first = characters[0];
  const last = characters.at(-1);
  const indentHint = first === " " || isBreak(first) ? "2" : "";
  let written = `|${indentHint}${chompHint(characters)}\n`;
  let isLineStart = true;
  for (const character of characters) {
    if (isBreak(character)) {
      written += character;
      isLineStart = true;
    } else {
      written += isLineStart ? " ".repeat(indent) + character : character;
      isLineStart = false;
    }
  }
  return isBreak(last) ? written : `${written}\n`;
}

/** What is to be done with the line breaks at the end: strip, keep the only one, keep all. */
function chompHint(characters: readonly string[]): string {
  if (!isBreak(characters.at(-1))) return "-";
  return characters.length === 1 || isBreak(characters.at(-2)) ? "+" : "";
}
