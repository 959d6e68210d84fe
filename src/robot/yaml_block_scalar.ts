import { isBlank, isBreakOrEnd, isYamlBreak, type YamlCursor } from "./yaml_cursor.ts";
import type { Refuse, YamlToken } from "./yaml_token.ts";

/** Options of {@linkcode scanBlockScalar}. */
export interface BlockOptions {
  /** The column of the collection that it is in, -1 for none. */
  readonly parent: number;
  readonly refuse: Refuse;
}

/** A text of whole lines behind `|` or `>`, whose indentation is said or guessed. */
export function scanBlockScalar(
  cursor: YamlCursor,
  { parent, refuse }: BlockOptions,
): YamlToken {
  const { offset } = cursor;
  const isLiteral = cursor.read() === "|";
  const { chomping, increment } = scanHeader(cursor, refuse);
  let indent = increment === 0 ? 0 : Math.max(parent, 0) + increment;
  const lines = () => {
    const { breaks, deepest } = skipToLine(cursor, { indent, refuse });
    if (indent === 0) indent = Math.max(deepest, parent + 1, 1);
    return breaks;
  };
  let text = "";
  let lineBreak = "";
  let emptyLines = lines();
  let wasIndented = false;
  while (cursor.column === indent && cursor.peek() !== "") {
    const isIndented = isBlank(cursor.peek());
    const isFolded = !isLiteral && lineBreak === "\n" && !wasIndented && !isIndented;
    if (!isFolded) text += lineBreak;
    else if (emptyLines === "") text += " ";
    text += emptyLines + cursor.readWhile((character) => !isYamlBreak(character));
    wasIndented = isIndented;
    // Nothing where the file ends without a line break.
    lineBreak = cursor.readBreak();
    emptyLines = lines();
  }
  if (chomping !== "-") text += lineBreak;
  if (chomping === "+") text += emptyLines;
  return { type: "scalar", offset, text, isPlain: false };
}

interface BlockHeader {
  readonly chomping: string;
  /** 0 when it is left to be guessed. */
  readonly increment: number;
}

function scanHeader(cursor: YamlCursor, refuse: Refuse): BlockHeader {
  const { offset } = cursor;
  const hints = cursor.readWhile((character) => /[-+0-9]/.test(character));
  const [, before = "", digit = "0", after = ""] = /^([-+]?)([0-9]?)([-+]?)$/.exec(hints) ?? [];
  const isKnown = hints.length <= 2 && (before === "" || after === "") &&
    before + digit.replace("0", "") + after === hints;
  if (!isKnown) refuse(offset, `"${hints}" says neither how a block is indented nor how it ends`);
  cursor.skipBlanks();
  cursor.skipComment();
  if (!isBreakOrEnd(cursor.peek())) refuse(cursor.offset, "text in the first line of a block");
  cursor.readBreak();
  return { chomping: before + after, increment: Number(digit) };
}

interface SkippedLines {
  readonly breaks: string;
  /** The largest column that any of the lines begins in. */
  readonly deepest: number;
}

/** Empty lines, and the margin of the next one. */
function skipToLine(
  cursor: YamlCursor,
  { indent, refuse }: { readonly indent: number; readonly refuse: Refuse },
): SkippedLines {
  let breaks = "";
  let deepest = 0;
  for (;;) {
    const isMargin = () => indent === 0 || cursor.column < indent;
    while (isMargin() && cursor.peek() === " ") cursor.skip();
    deepest = Math.max(deepest, cursor.column);
    if (isMargin() && cursor.peek() === "\t") refuse(cursor.offset, "a tab, use spaces");
    if (!isYamlBreak(cursor.peek())) return { breaks, deepest };
    breaks += cursor.readBreak();
  }
}
