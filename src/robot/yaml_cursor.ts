/** A place in a text, as indentation and simple keys are counted: all from 0. */
export interface YamlMark {
  /** In UTF-16 units. */
  readonly offset: number;
  /** In characters, of which `\r\n` is two. */
  readonly index: number;
  readonly line: number;
  /** In characters. */
  readonly column: number;
}

/** Walks through a text character by character. The end of the text reads as "". */
export class YamlCursor implements YamlMark {
  readonly #text: string;
  offset = 0;
  index = 0;
  line = 0;
  column = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The character here, or one further on when all between are of the Basic Multilingual Plane. */
  peek(ahead = 0): string {
    return this.#text.charAt(this.offset + ahead);
  }

  mark(): YamlMark {
    const { offset, index, line, column } = this;
    return { offset, index, line, column };
  }

  /** One character that is no line break. */
  read(): string {
    const code = this.#text.codePointAt(this.offset);
    const character = code === undefined ? "" : String.fromCodePoint(code);
    this.offset += character.length;
    this.index++;
    this.column++;
    return character;
  }

  skip(count = 1): void {
    for (let i = 0; i < count; i++) this.read();
  }

  /** A line break, `\n` for all that are not U+2028 or U+2029; "" where none is. */
  readBreak(): string {
    const character = this.peek();
    if (!isYamlBreak(character)) return "";
    const length = character === "\r" && this.peek(1) === "\n" ? 2 : 1;
    this.offset += length;
    this.index += length;
    this.line++;
    this.column = 0;
    return character === "\u2028" || character === "\u2029" ? character : "\n";
  }

  /** The end of the file ends its last line too. */
  endLine(): void {
    if (this.column === 0) return;
    this.line++;
    this.column = 0;
  }

  /** The characters that pass, in front of the first that does not. */
  readWhile(passes: (character: string) => boolean): string {
    let text = "";
    while (this.peek() !== "" && passes(this.peek())) text += this.read();
    return text;
  }

  skipBlanks(): void {
    this.readWhile(isBlank);
  }

  /** A comment up to the end of its line, if one begins here. */
  skipComment(): void {
    if (this.peek() === "#") this.readWhile((character) => !isYamlBreak(character));
  }

  /** Whether `---` or `...` stands alone at the start of a line here. */
  isDocumentIndicator(): boolean {
    if (this.column !== 0 || !isBlankOrEnd(this.peek(3))) return false;
    return /^(?:---|\.\.\.)$/.test(this.peek() + this.peek(1) + this.peek(2));
  }
}

export function isBlank(character: string): boolean {
  return character === " " || character === "\t";
}

/** The line breaks of YAML 1.1. */
export function isYamlBreak(character: string): boolean {
  return character === "\n" || character === "\r" || character === "\x85" ||
    character === "\u2028" || character === "\u2029";
}

export function isBreakOrEnd(character: string): boolean {
  return character === "" || isYamlBreak(character);
}

export function isBlankOrEnd(character: string): boolean {
  return isBlank(character) || isBreakOrEnd(character);
}

/** What anchors, directives and handles of tags consist of. */
export function isWord(character: string): boolean {
  return /^[-\w]$/.test(character);
}
