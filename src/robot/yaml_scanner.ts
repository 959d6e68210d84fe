import { scanBlockScalar } from "./yaml_block_scalar.ts";
import { isBlankOrEnd, YamlCursor, type YamlMark } from "./yaml_cursor.ts";
import { scanPlain, scanQuoted } from "./yaml_flow_scalar.ts";
import { scanAnchor, scanDirective, scanTag } from "./yaml_tag.ts";
import type { Refuse, YamlIndicator, YamlToken } from "./yaml_token.ts";

/** Where a key without `?` may have begun: only the `:` behind it tells. */
interface SimpleKey {
  isPossible: boolean;
  /** Whether nothing but a key may stand there. */
  readonly isRequired: boolean;
  /** The number of its first token, counted through the file. */
  readonly token: number;
  readonly mark: YamlMark;
}

/** In characters: the `:` of a key without `?` is no further away. */
const LONGEST_KEY = 1024;

/**
 * Cuts a text into the tokens that gopkg.in/yaml.v2 v2.4.0 finds in it, its quirks included: rcc
 * reads with it. https://github.com/go-yaml/yaml/blob/v2.4.0/scannerc.go
 */
export class YamlScanner {
  readonly #cursor: YamlCursor;
  readonly #refuse: Refuse;
  /** Found, and not taken yet. */
  readonly #tokens: YamlToken[] = [];
  #taken = 0;
  /** Whether the first of the tokens is sure to stay the first. */
  #isSettled = false;
  /** Columns of the block collections that are open, -1 for none. */
  readonly #indents: number[] = [-1];
  /** One for each flow collection that is open, and one for what is outside of them. */
  readonly #keys: SimpleKey[];
  /** Places in the list of keys, by the key's first token. */
  readonly #placeOfKey = new Map<number, number>();
  #isKeyAllowed = true;

  constructor(text: string, refuse: Refuse) {
    this.#cursor = new YamlCursor(text);
    this.#refuse = refuse;
    this.#keys = [this.#noKey()];
  }

  /** The next token, which stays. */
  peek(): YamlToken {
    while (!this.#isSettled) {
      if (this.#tokens.length > 0 && !this.#mayBeKey()) this.#isSettled = true;
      else this.#fetch();
    }
    return this.#tokens[0]!;
  }

  /** The next token. */
  take(): YamlToken {
    const token = this.peek();
    this.#tokens.shift();
    this.#taken++;
    this.#isSettled = false;
    return token;
  }

  get #indent(): number {
    return this.#indents.at(-1)!;
  }

  get #isInFlow(): boolean {
    return this.#keys.length > 1;
  }

  /** Whether the first token may turn out to begin a key, which has a token of its own before it. */
  #mayBeKey(): boolean {
    const place = this.#placeOfKey.get(this.#taken);
    const key = place === undefined ? undefined : this.#keys[place];
    return key !== undefined && this.#isStillPossible(key);
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#closeBlocks(cursor.column);
    const [character, next] = [cursor.peek(), cursor.peek(1)];
    if (character === "") return this.#endStream();
    if (cursor.column === 0 && character === "%") {
      this.#leaveBlocks();
      this.#tokens.push(scanDirective(cursor, this.#refuse));
    } else if (cursor.isDocumentIndicator()) {
      this.#leaveBlocks();
      this.#addIndicator(character === "-" ? "document-start" : "document-end", 3);
    } else if (character === "[" || character === "{") this.#openFlow(character);
    else if (character === "]" || character === "}") this.#closeFlow(character);
    else if (character === ",") this.#addEntry(",");
    else if (character === "-" && isBlankOrEnd(next)) this.#addEntry("-");
    else if (character === "?" && (this.#isInFlow || isBlankOrEnd(next))) this.#addKey();
    else if (character === ":" && (this.#isInFlow || isBlankOrEnd(next))) this.#addValue();
    else this.#addContent(character);
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      const areTabsBlanks = this.#isInFlow || !this.#isKeyAllowed;
      cursor.readWhile((character) => character === " " || areTabsBlanks && character === "\t");
      cursor.skipComment();
      if (cursor.readBreak() === "") return;
      if (!this.#isInFlow) this.#isKeyAllowed = true;
    }
  }

  #endStream(): void {
    this.#cursor.endLine();
    this.#closeBlocks(-1);
    this.#dropKey();
    this.#isKeyAllowed = false;
    this.#tokens.push({ type: "stream-end", offset: this.#cursor.offset });
  }

  #addIndicator(type: YamlIndicator, length = 1): void {
    this.#tokens.push({ type, offset: this.#cursor.offset });
    this.#cursor.skip(length);
  }

  #openFlow(type: "[" | "{"): void {
    this.#saveKey();
    this.#keys.push(this.#noKey());
    this.#isKeyAllowed = true;
    this.#addIndicator(type);
  }

  #closeFlow(type: "]" | "}"): void {
    this.#dropKey();
    if (this.#isInFlow) this.#placeOfKey.delete(this.#keys.pop()!.token);
    this.#isKeyAllowed = false;
    this.#addIndicator(type);
  }

  #addEntry(type: "," | "-"): void {
    if (type === "-" && !this.#isInFlow) {
      this.#requireKeyAllowed(`a "-" in the middle of a line or of another value`);
      this.#openBlock("block-list");
    }
    this.#dropKey();
    this.#isKeyAllowed = true;
    this.#addIndicator(type);
  }

  #addKey(): void {
    if (!this.#isInFlow) {
      this.#requireKeyAllowed(`a "?" in the middle of another value`);
      this.#openBlock("block-mapping");
    }
    this.#dropKey();
    this.#isKeyAllowed = !this.#isInFlow;
    this.#addIndicator("?");
  }

  #addValue(): void {
    const key = this.#keys.at(-1)!;
    if (this.#isStillPossible(key)) {
      const { mark: { offset, column }, token } = key;
      this.#insert({ type: "?", offset }, token);
      this.#openBlock("block-mapping", { offset, column, token });
      key.isPossible = false;
      this.#placeOfKey.delete(token);
      this.#isKeyAllowed = false;
    } else {
      if (!this.#isInFlow) {
        this.#requireKeyAllowed(`a ":" where no key can be, put the text in quotes`);
        this.#openBlock("block-mapping");
      }
      this.#isKeyAllowed = !this.#isInFlow;
    }
    this.#addIndicator(":");
  }

  #addContent(character: string): void {
    const [cursor, refuse] = [this.#cursor, this.#refuse];
    if (!this.#isInFlow && (character === "|" || character === ">")) {
      this.#dropKey();
      this.#isKeyAllowed = true;
      this.#tokens.push(scanBlockScalar(cursor, { parent: this.#indent, refuse }));
      return;
    }
    this.#saveKey();
    this.#isKeyAllowed = false;
    this.#tokens.push(this.#scanContent(character));
  }

  #scanContent(character: string): YamlToken {
    const [cursor, refuse] = [this.#cursor, this.#refuse];
    if (character === "*" || character === "&") return scanAnchor(cursor, refuse);
    if (character === "!") return scanTag(cursor, refuse);
    if (character === "'" || character === '"') return scanQuoted(cursor, refuse);
    const { offset } = cursor;
    if (character === "\t") refuse(offset, "a tab, use spaces");
    const isPlain = !"-?:,[]{}#&*!|>'\"%@`".includes(character) || character === "-" ||
      !this.#isInFlow && (character === "?" || character === ":");
    if (!isPlain) refuse(offset, `a text cannot begin with "${character}", put it in quotes`);
    const isInFlow = this.#isInFlow;
    const { token, endsLine } = scanPlain(cursor, { indent: this.#indent + 1, isInFlow, refuse });
    if (endsLine) this.#isKeyAllowed = true;
    return token;
  }

  #requireKeyAllowed(message: string): void {
    if (!this.#isKeyAllowed) this.#refuse(this.#cursor.offset, message);
  }

  /** Opens a block collection where the column is further right than that of the innermost one. */
  #openBlock(
    type: "block-list" | "block-mapping",
    { offset, column, token }: { offset: number; column: number; token?: number } = this.#cursor,
  ): void {
    if (this.#isInFlow || this.#indent >= column) return;
    this.#indents.push(column);
    this.#insert({ type, offset }, token);
  }

  /** Puts a token in front of one that was found before, or behind all. */
  #insert(token: YamlToken, before?: number): void {
    const place = before === undefined ? -1 : before - this.#taken;
    this.#tokens.splice(place < 0 ? this.#tokens.length : place, 0, token);
  }

  #closeBlocks(column: number): void {
    while (!this.#isInFlow && this.#indent > column) {
      this.#indents.pop();
      this.#tokens.push({ type: "block-end", offset: this.#cursor.offset });
    }
  }

  #leaveBlocks(): void {
    this.#closeBlocks(-1);
    this.#dropKey();
    this.#isKeyAllowed = false;
  }

  #noKey(): SimpleKey {
    return { isPossible: false, isRequired: false, ...this.#here() };
  }

  #here(): Pick<SimpleKey, "token" | "mark"> {
    return { token: this.#taken + this.#tokens.length, mark: this.#cursor.mark() };
  }

  /** Notes that a key may begin here. */
  #saveKey(): void {
    if (!this.#isKeyAllowed) return;
    const isRequired = !this.#isInFlow && this.#indent === this.#cursor.column;
    const key = { isPossible: true, isRequired, ...this.#here() };
    this.#dropKey();
    this.#keys[this.#keys.length - 1] = key;
    this.#placeOfKey.set(key.token, this.#keys.length - 1);
  }

  #dropKey(): void {
    const key = this.#keys.at(-1)!;
    if (!key.isPossible) return;
    this.#requireOptional(key);
    key.isPossible = false;
    this.#placeOfKey.delete(key.token);
  }

  /** A key is in one line, and not long. */
  #isStillPossible(key: SimpleKey): boolean {
    const { line, index } = this.#cursor;
    if (!key.isPossible) return false;
    if (key.mark.line === line && key.mark.index + LONGEST_KEY >= index) return true;
    this.#requireOptional(key);
    key.isPossible = false;
    return false;
  }

  #requireOptional({ isRequired, mark }: SimpleKey): void {
    if (isRequired) this.#refuse(mark.offset, `a key without ": " behind it`);
  }
}
