import { NumberColumn } from "./columns.ts";

/**
 * The contents of an environment's files, each once, by numbers from 0 on. Kept as columns: of
 * 200,000 contents the digests alone, as texts in a map, are 30 MB.
 */
export interface Contents {
  readonly count: number;
  /** SHA-256 as 64 hex digits, or SipHash-128 as 32 from a raw library. */
  digestOf(content: number): string;
  /** In bytes. */
  sizeOf(content: number): number;
  /** As the catalog lists them: offsets at which the stage's name stands, one perhaps twice in a row. */
  rewriteOf(content: number): readonly number[];
  /** The same offsets, each once. */
  placesOf(content: number): readonly number[];
  /** The content of a digest, if there is one. */
  find(digest: string): number | undefined;
  /** All of them, to be kept. */
  readonly values: ContentValues;
}

/** What a table of contents consists of. */
export interface ContentValues {
  /** The bytes of all digests, one after the other. */
  readonly digests: Uint8Array<ArrayBuffer>;
  readonly sizes: Float64Array<ArrayBuffer>;
  /** Of the contents that have any. */
  readonly rewrites: ReadonlyMap<number, readonly number[]>;
}

/** What must be equal of all files that have one digest. */
export interface ContentFacts {
  readonly size: number;
  readonly rewrite: readonly number[];
}

const NONE: readonly number[] = [];
const FREE = -1;

/** Contents that are still being met. */
export class ContentTable implements Contents {
  /** In bytes; all digests have one form. */
  #width = 0;
  /** The digests one after the other, with room for the one that is looked for behind them. */
  #digests = new Uint8Array();
  readonly #sizes: NumberColumn;
  readonly #rewrites: Map<number, readonly number[]>;
  /** Contents by the hashes of their digests; the next free slot is taken. A power of two. */
  #slots = new Int32Array(64).fill(FREE);

  /** @param values What it begins with: changed and outgrown as its own. */
  constructor(values?: ContentValues) {
    this.#sizes = new NumberColumn(values?.sizes);
    this.#rewrites = new Map(values?.rewrites);
    if (values === undefined || this.count === 0) return;
    this.#width = values.digests.length / this.count;
    this.#digests = values.digests;
    this.#makeRoom();
    this.#fillSlots();
  }

  get count(): number {
    return this.#sizes.count;
  }

  digestOf(content: number): string {
    const start = content * this.#width;
    return this.#digests.subarray(start, start + this.#width).toHex();
  }

  sizeOf(content: number): number {
    return this.#sizes.at(content);
  }

  rewriteOf(content: number): readonly number[] {
    return this.#rewrites.get(content) ?? NONE;
  }

  placesOf(content: number): readonly number[] {
    const offsets = this.#rewrites.get(content);
    return offsets?.filter((offset, i) => offset !== offsets[i - 1]) ?? NONE;
  }

  find(digest: string): number | undefined {
    if (digest.length !== 2 * this.#width) return undefined;
    const found = this.#slots[this.#slotOf(digest)]!;
    return found === FREE ? undefined : found;
  }

  /**
   * The number of a content, a new one when it was not met before.
   *
   * @throws {SyntaxError} when other facts were stated of the same digest, or digests have two forms.
   */
  add(digest: string, { size, rewrite }: ContentFacts): number {
    if (this.count === 0) this.#width = digest.length / 2;
    if (digest.length !== 2 * this.#width) {
      throw new SyntaxError("expected digests of one form, found SHA-256 and SipHash-128");
    }
    this.#makeRoom();
    const slot = this.#slotOf(digest);
    const known = this.#slots[slot]!;
    if (known === FREE) {
      const content = this.count;
      this.#slots[slot] = content;
      this.#sizes.push(size);
      if (rewrite.length > 0) this.#rewrites.set(content, rewrite);
      return content;
    }
    const before = this.rewriteOf(known);
    const isEqual = this.sizeOf(known) === size && before.length === rewrite.length &&
      before.every((offset, i) => offset === rewrite[i]);
    if (isEqual) return known;
    throw new SyntaxError(`expected one size and one list of offsets for ${digest}`);
  }

  get values(): ContentValues {
    const digests = this.#digests.subarray(0, this.count * this.#width);
    return { digests, sizes: this.#sizes.values, rewrites: this.#rewrites };
  }

  /** For one more digest, and for one that is looked for behind it. */
  #makeRoom(): void {
    const needed = (this.count + 2) * this.#width;
    if (needed > this.#digests.length) {
      this.#digests = new Uint8Array(this.#digests.buffer.transfer(2 * needed));
    }
    if (2 * this.count >= this.#slots.length) this.#fillSlots();
  }

  #fillSlots(): void {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(4 * this.count))).fill(FREE);
    for (let content = 0; content < this.count; content++) {
      this.#slots[this.#freeSlot(content)] = content;
    }
  }

  /** Where a digest is, or would be. It is written behind the others for that. */
  #slotOf(digest: string): number {
    const start = this.count * this.#width;
    this.#digests.subarray(start, start + this.#width).setFromHex(digest);
    return this.#freeSlot(this.count);
  }

  #freeSlot(content: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash(content) & mask;; slot = slot + 1 & mask) {
      const other = this.#slots[slot]!;
      if (other === FREE || this.#isEqual(other, content)) return slot;
    }
  }

  /** Digests are hashes already. */
  #hash(content: number): number {
    const start = content * this.#width;
    const bytes = this.#digests;
    return bytes[start]! | bytes[start + 1]! << 8 | bytes[start + 2]! << 16 |
      bytes[start + 3]! << 24;
  }

  #isEqual(a: number, b: number): boolean {
    const width = this.#width;
    for (let i = 0; i < width; i++) {
      if (this.#digests[a * width + i] !== this.#digests[b * width + i]) return false;
    }
    return true;
  }
}
