import { Buffer, isUtf8 } from "node:buffer";

/** What JSON can hold. */
export type JsonValue = null | boolean | number | string | JsonValue[] | {
  [key: string]: JsonValue;
};

/**
 * Reads JSON in small steps and without recursion, and gives what `JSON.parse` gives. That one takes
 * hundreds of milliseconds for the catalog of a large environment, in which signals would wait.
 *
 * @throws {SyntaxError} with the offset in bytes.
 */
export function* parseJsonInSteps(bytes: Uint8Array): Generator<undefined, JsonValue> {
  if (!isUtf8(bytes)) throw new SyntaxError("expected JSON, found bytes that are no UTF-8");
  const reader = new JsonReader(bytes);
  for (let count = 1; !reader.step(); count++) {
    if (count % STEPS_BETWEEN === 0) yield;
  }
  return reader.root!;
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

/** A list or object that has not ended. */
type Open =
  | { readonly list: JsonValue[] }
  | { readonly object: { [key: string]: JsonValue }; key: string };

class JsonReader {
  readonly #bytes: Buffer;
  readonly #open: Open[] = [];
  #offset = 0;
  root: JsonValue | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Reads one scalar, or one side of a list or object. Says whether all was read. */
  step(): boolean {
    const byte = this.#skipSpace();
    const isOpened = byte === OPEN_LIST || byte === OPEN_OBJECT;
    if (isOpened) this.#openContainer(byte);
    else this.#place(this.#readScalar(byte));
    return this.#finishValues(isOpened);
  }

  #openContainer(byte: number): void {
    this.#offset++;
    if (byte === OPEN_LIST) this.#open.push({ list: [] });
    else this.#open.push({ object: {}, key: "" });
  }

  /** Closes what ends here, and goes to where the next value begins. */
  #finishValues(isOpened: boolean): boolean {
    let isFirst = isOpened;
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      const byte = this.#skipSpace();
      if (byte !== ("list" in top ? CLOSE_LIST : CLOSE_OBJECT)) {
        if (!isFirst) this.#take(COMMA);
        if ("object" in top) top.key = this.#readKey();
        return false;
      }
      this.#offset++;
      this.#open.pop();
      this.#place("list" in top ? top.list : top.object);
      isFirst = false;
    }
    if (this.#skipSpace() !== undefined) throw this.#unexpected();
    return true;
  }

  #place(value: JsonValue): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.root = value;
    else if ("list" in top) top.list.push(value);
    else if (top.key !== "__proto__") top.object[top.key] = value;
    else {
      const field = { value, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(top.object, top.key, field);
    }
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
    const text = this.#bytes.toString("latin1", this.#offset, this.#offset + 5);
    for (const [word, value] of WORDS) {
      if (!text.startsWith(word)) continue;
      this.#offset += word.length;
      return value;
    }
    throw this.#unexpected();
  }

  #readString(): string {
    const start = this.#offset + 1;
    let end = start;
    let isPlain = true;
    for (let byte = this.#bytes[end]; byte !== QUOTE; byte = this.#bytes[end]) {
      if (byte === undefined || byte < SPACE) {
        this.#offset = end;
        throw this.#unexpected();
      }
      if (byte === BACKSLASH) end++;
      if (byte === BACKSLASH || byte >= 0x80) isPlain = false;
      end++;
    }
    if (isPlain) {
      this.#offset = end + 1;
      return this.#bytes.toString("latin1", start, end);
    }
    const text = this.#bytes.toString("utf8", start - 1, end + 1);
    try {
      const value = JSON.parse(text);
      this.#offset = end + 1;
      return value;
    } catch {
      throw this.#unexpected();
    }
  }

  #readNumber(): number {
    let end = this.#offset + 1;
    while (isOfNumber(this.#bytes[end])) end++;
    const text = this.#bytes.toString("latin1", this.#offset, end);
    if (!NUMBER.test(text)) throw this.#unexpected();
    this.#offset = end;
    return Number(text);
  }

  #take(expected: number): void {
    if (this.#bytes[this.#offset] !== expected) throw this.#unexpected();
    this.#offset++;
  }

  #skipSpace(): number | undefined {
    for (;; this.#offset++) {
      const byte = this.#bytes[this.#offset];
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) return byte;
    }
  }

  #unexpected(): SyntaxError {
    const found = this.#offset >= this.#bytes.length ? "its end" : "something else";
    return new SyntaxError(`expected JSON, found ${found} at byte ${this.#offset}`);
  }
}

const WORDS = [["true", true], ["false", false], ["null", null]] as const;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

function isOfNumber(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return byte >= ZERO && byte <= NINE || byte === MINUS || byte === 0x2b || byte === 0x2e ||
    byte === 0x45 || byte === 0x65;
}
