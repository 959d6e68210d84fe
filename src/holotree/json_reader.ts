import { Buffer, isUtf8 } from "node:buffer";

/** What JSON can hold. */
export type JsonValue = null | boolean | number | string | JsonValue[] | {
  [key: string]: JsonValue;
};

/**
 * Reads JSON piece by piece, straight from its bytes: what is large is walked member by member and
 * never there as a whole, what is small is read whole. `JSON.parse` takes hundreds of milliseconds
 * for the catalog of a large environment, in which signals would wait, and as much memory again.
 *
 * All throw a SyntaxError with the offset in bytes.
 */
export class JsonReader {
  readonly #bytes: Buffer;
  readonly #known = new KnownTexts();
  #at = 0;
  #isFirst = false;
  #steps = 0;

  constructor(bytes: Uint8Array) {
    if (!isUtf8(bytes)) throw new SyntaxError("expected JSON, found bytes that are no UTF-8");
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Enters an object, when it is one that comes next, and says so. */
  enterObject(): boolean {
    if (this.#skipSpace() !== OPEN_OBJECT) return false;
    this.#at++;
    this.#isFirst = true;
    return true;
  }

  /**
   * The next key of the object that was entered last; its value must be read, or entered, before the
   * next. At the end there is none, and the object is left.
   */
  nextKey(): string | undefined {
    const byte = this.#skipSpace();
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (byte === CLOSE_OBJECT) {
      this.#at++;
      return undefined;
    }
    if (!isFirst) this.#take(COMMA);
    return this.#readKey();
  }

  /** The next value as `JSON.parse` gives it, in small steps and without recursion. */
  *value(): Generator<undefined, JsonValue> {
    const open: Open[] = [];
    for (;;) {
      if (++this.#steps % STEPS_BETWEEN === 0) yield;
      const byte = this.#skipSpace();
      let value: JsonValue;
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        this.#at++;
        const container: Open = byte === OPEN_LIST ? { list: [] } : { object: {}, key: "" };
        if (this.#skipSpace() !== endOf(container)) {
          if ("object" in container) container.key = this.#readKey();
          open.push(container);
          continue;
        }
        this.#at++;
        value = valueOf(container);
      } else {
        value = this.#readScalar(byte);
      }
      for (;;) {
        const top = open.at(-1);
        if (top === undefined) return value;
        place(top, value);
        const next = this.#skipSpace();
        if (next === endOf(top)) {
          this.#at++;
          open.pop();
          value = valueOf(top);
          continue;
        }
        this.#take(COMMA);
        if ("object" in top) top.key = this.#readKey();
        break;
      }
    }
  }

  /** Requires that nothing follows. */
  end(): void {
    if (this.#skipSpace() !== undefined) throw this.#unexpected();
  }

  #readKey(): string {
    if (this.#skipSpace() !== QUOTE) throw this.#unexpected();
    const key = this.#readString();
    this.#skipSpace();
    this.#take(COLON);
    return key;
  }

  #readScalar(byte: number | undefined): JsonValue {
    if (byte === QUOTE) return this.#readString();
    if (byte === MINUS || byte !== undefined && byte >= ZERO && byte <= NINE) {
      return this.#readNumber();
    }
    const text = this.#bytes.toString("latin1", this.#at, this.#at + 5);
    for (const [word, value] of WORDS) {
      if (!text.startsWith(word)) continue;
      this.#at += word.length;
      return value;
    }
    throw this.#unexpected();
  }

  #readString(): string {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let end = start;
    let isPlain = true;
    for (let byte = bytes[end]; byte !== QUOTE; byte = bytes[end]) {
      if (byte === undefined || byte < SPACE) {
        this.#at = end;
        throw this.#unexpected();
      }
      if (byte === BACKSLASH) end++;
      if (byte === BACKSLASH || byte >= 0x80) isPlain = false;
      end++;
    }
    if (isPlain) {
      this.#at = end + 1;
      return this.#known.textOf(bytes, start, end);
    }
    const text = bytes.toString("utf8", start - 1, end + 1);
    try {
      const value = JSON.parse(text);
      this.#at = end + 1;
      return value;
    } catch {
      throw this.#unexpected();
    }
  }

  #readNumber(): number {
    return this.#readWhole() ?? this.#readAnyNumber();
  }

  /** A whole number as nearly all are, without a text in between. */
  #readWhole(): number | undefined {
    let value = 0;
    let end = this.#at;
    for (let byte = this.#bytes[end]; isDigit(byte); byte = this.#bytes[++end]) {
      value = 10 * value + byte - ZERO;
    }
    const digits = end - this.#at;
    const isPlain = digits > 0 && digits <= SAFE_DIGITS && !isOfNumber(this.#bytes[end]) &&
      (digits === 1 || this.#bytes[this.#at] !== ZERO);
    if (!isPlain) return undefined;
    this.#at = end;
    return value;
  }

  #readAnyNumber(): number {
    let end = this.#at + 1;
    while (isOfNumber(this.#bytes[end])) end++;
    const text = this.#bytes.toString("latin1", this.#at, end);
    if (!NUMBER.test(text)) throw this.#unexpected();
    this.#at = end;
    return Number(text);
  }

  #take(expected: number): void {
    if (this.#bytes[this.#at] !== expected) throw this.#unexpected();
    this.#at++;
  }

  #skipSpace(): number | undefined {
    for (;; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) return byte;
    }
  }

  #unexpected(): SyntaxError {
    const found = this.#at >= this.#bytes.length ? "its end" : "something else";
    return new SyntaxError(`expected JSON, found ${found} at byte ${this.#at}`);
  }
}

/** A step takes less than a microsecond. */
const STEPS_BETWEEN = 256;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const WORDS = [["true", true], ["false", false], ["null", null]] as const;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

/** So many are exact. */
const SAFE_DIGITS = 15;

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function isOfNumber(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return byte >= ZERO && byte <= NINE || byte === MINUS || byte === 0x2b || byte === 0x2e ||
    byte === 0x45 || byte === 0x65;
}

/** A list or object that has not ended. */
type Open =
  | { readonly list: JsonValue[] }
  | { readonly object: { [key: string]: JsonValue }; key: string };

function endOf(container: Open): number {
  return "list" in container ? CLOSE_LIST : CLOSE_OBJECT;
}

function valueOf(container: Open): JsonValue {
  return "list" in container ? container.list : container.object;
}

function place(top: Open, value: JsonValue): void {
  if ("list" in top) top.list.push(value);
  else if (top.key !== "__proto__") top.object[top.key] = value;
  else {
    const field = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(top.object, top.key, field);
  }
}

const LONGEST_KNOWN = 40;
/** A power of two. More would be found again now and then, and would be old garbage later. */
const MOST_KNOWN = 256;

/** Short texts that come again and again, as keys and names of files do, are made once. */
class KnownTexts {
  readonly #texts: string[] = new Array<string>(MOST_KNOWN).fill("");

  /** A text of ASCII. */
  textOf(bytes: Buffer, start: number, end: number): string {
    if (end - start > LONGEST_KNOWN) return bytes.toString("latin1", start, end);
    let hash = 0;
    for (let at = start; at < end; at++) hash = Math.imul(hash, 31) + bytes[at]! | 0;
    const slot = (hash ^ hash >>> 12) & (MOST_KNOWN - 1);
    const known = this.#texts[slot]!;
    if (isText(known, bytes, start, end)) return known;
    return this.#texts[slot] = bytes.toString("latin1", start, end);
  }
}

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
