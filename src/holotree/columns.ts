/**
 * Lists that grow in memory of their own and not as objects: what the garbage collector does not see
 * costs it nothing, and a catalog has hundreds of thousands of everything. What they outgrow is given
 * back at once.
 */
import { Buffer } from "node:buffer";

const FIRST_BYTES = 1024;

/** Numbers. */
export class NumberColumn {
  #values: Float64Array<ArrayBuffer>;
  #count: number;

  /** @param values What it begins with; changed and outgrown as its own. */
  constructor(values = new Float64Array()) {
    this.#values = values;
    this.#count = values.length;
  }

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const bytes = Math.max(2 * this.#values.byteLength, FIRST_BYTES);
      this.#values = new Float64Array(this.#values.buffer.transfer(bytes));
    }
    this.#values[this.#count++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  /** All of them. Valid until there are more. */
  get values(): Float64Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#count);
  }
}

/** What a column of texts consists of. */
export interface TextValues {
  /** One after the other in UTF-8. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each of them ends. */
  readonly ends: Float64Array<ArrayBuffer>;
}

/** Texts, one after the other in UTF-8. */
export class TextColumn {
  #bytes: Buffer<ArrayBuffer>;
  readonly #ends: NumberColumn;

  /** @param texts What it begins with: changed and outgrown as its own. */
  constructor({ bytes, ends }: TextValues = { bytes: new Uint8Array(), ends: new Float64Array() }) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#ends = new NumberColumn(ends);
  }

  get count(): number {
    return this.#ends.count;
  }

  push(text: string): void {
    const start = this.#startOf(this.count);
    this.#makeRoom(start + MOST_BYTES * text.length);
    const isWritten = writeAscii(this.#bytes, start, text);
    this.#ends.push(start + (isWritten ? text.length : this.#bytes.write(text, start)));
  }

  /** Adds a text of another column. */
  copy(from: TextColumn, index: number): void {
    const start = this.#startOf(this.count);
    const end = start + from.sizeOf(index);
    this.#makeRoom(end);
    const bytes = from.#bytes;
    const difference = from.#startOf(index) - start;
    for (let at = start; at < end; at++) this.#bytes[at] = bytes[at + difference]!;
    this.#ends.push(end);
  }

  at(index: number): string {
    const start = this.#startOf(index);
    const end = this.#ends.at(index);
    for (let at = start; at < end; at++) {
      if (this.#bytes[at]! >= 0x80) return this.#bytes.toString("utf8", start, end);
    }
    return this.#bytes.toString("latin1", start, end);
  }

  /** In bytes. */
  sizeOf(index: number): number {
    return this.#ends.at(index) - this.#startOf(index);
  }

  /** The order of two texts by their bytes, as Go sorts them. */
  compare(a: number, b: number): number {
    const startA = this.#startOf(a);
    const startB = this.#startOf(b);
    const size = Math.min(this.sizeOf(a), this.sizeOf(b));
    for (let i = 0; i < size; i++) {
      const difference = this.#bytes[startA + i]! - this.#bytes[startB + i]!;
      if (difference !== 0) return difference;
    }
    return this.sizeOf(a) - this.sizeOf(b);
  }

  /** All of them. Valid until there are more. */
  get values(): TextValues {
    return { bytes: this.#bytes.subarray(0, this.#startOf(this.count)), ends: this.#ends.values };
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : this.#ends.at(index - 1);
  }

  #makeRoom(size: number): void {
    if (size <= this.#bytes.length) return;
    this.#bytes = Buffer.from(this.#bytes.buffer.transfer(Math.max(2 * size, FIRST_BYTES)));
  }
}

/** Of a UTF-16 unit in UTF-8. */
export const MOST_BYTES = 3;

/** Writes a text of ASCII, which is sooner done than another asked to. @returns Whether it is one. */
function writeAscii(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return false;
    bytes[at + i] = unit;
  }
  return true;
}
