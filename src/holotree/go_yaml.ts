/**
 * One text as Go's yaml.v2 writes it in block context: a blueprint's hash is that of its exact bytes.
 * The `yaml` package cannot be used here, for it quotes and folds by rules of its own.
 * Source: https://github.com/go-yaml/yaml/blob/v2.4.0/emitterc.go
 */
import { isPlainYamlString } from "./go_yaml_resolve.ts";
import { allowedStyles, isGoBreak, isGoPrintable } from "./go_yaml_styles.ts";

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
    } else if (isGoBreak(text)) {
      written += text;
      column = 0;
      isAfterBreak = true;
    } else {
      if (isAfterBreak) {
        written += " ".repeat(indent);
        column = indent;
      }
      written += text;
      column += text.length;
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
  return !isGoPrintable(character) || isGoBreak(character) || character === '"' ||
    character === "\\";
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
  const indentHint = first === " " || isGoBreak(first) ? "2" : "";
  let written = `|${indentHint}${chompHint(characters)}\n`;
  let isLineStart = true;
  for (const character of characters) {
    if (isGoBreak(character)) {
      written += character;
      isLineStart = true;
    } else {
      written += isLineStart ? " ".repeat(indent) + character : character;
      isLineStart = false;
    }
  }
  return isGoBreak(last) ? written : `${written}\n`;
}

/** What is to be done with the line breaks at the end: strip, keep the only one, keep all. */
function chompHint(characters: readonly string[]): string {
  if (!isGoBreak(characters.at(-1))) return "-";
  return characters.length === 1 || isGoBreak(characters.at(-2)) ? "+" : "";
}
