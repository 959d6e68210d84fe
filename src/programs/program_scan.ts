import type { ProgramFacts } from "./program_facts.ts";
import { readProgram } from "./read_program.ts";
import type { ByteRange, Reading } from "./reading.ts";

/** So much of the beginning is kept: most that is asked for late stands there. */
const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * Reads a program whose bytes stream by. What is asked for when it has passed already, and was not
 * kept, is there in another pass: linkers put names first and what says where they are last.
 *
 * ```ts ignore
 * const scan = new ProgramScan(size);
 * while (!scan.isDone) {
 *   scan.begin();
 *   for (const chunk of chunks) scan.update(chunk);
 * }
 * ```
 */
export class ProgramScan {
  readonly #size: number;
  readonly #kept: Uint8Array;
  #keptBytes = 0;
  #position = 0;
  #reading: Reading | undefined = readProgram();
  #wanted: Wanted[] = [];
  #facts: ProgramFacts | undefined;

  /** @param size Of the file, in bytes. */
  constructor(size: number) {
    this.#size = size;
    this.#kept = new Uint8Array(Math.min(size, KEPT_BYTES));
    this.#take(this.#reading!.next());
  }

  get isDone(): boolean {
    return this.#reading === undefined;
  }

  /** Once it is done; nothing when the file is no program. */
  get facts(): ProgramFacts | undefined {
    return this.#facts;
  }

  /** From the first byte on, again. */
  begin(): void {
    this.#position = 0;
    this.#advance(new Uint8Array());
  }

  /** The next bytes. They are copied where they are needed. */
  update(chunk: Uint8Array): void {
    if (this.isDone) return;
    if (this.#keptBytes === this.#position && this.#keptBytes < this.#kept.length) {
      const part = chunk.subarray(0, this.#kept.length - this.#keptBytes);
      this.#kept.set(part, this.#keptBytes);
      this.#keptBytes += part.length;
    }
    this.#advance(chunk);
    this.#position += chunk.length;
  }

  #advance(chunk: Uint8Array): void {
    while (!this.isDone) {
      for (const wanted of this.#wanted) {
        wanted.fill(this.#kept.subarray(0, this.#keptBytes), 0);
        wanted.fill(chunk, this.#position);
      }
      if (!this.#wanted.every(({ isFull }) => isFull)) return;
      this.#take(this.#reading!.next(this.#wanted.map(({ bytes }) => bytes)));
    }
  }

  #take(step: IteratorResult<readonly ByteRange[], ProgramFacts | undefined>): void {
    if (step.done) {
      this.#reading = undefined;
      this.#facts = step.value;
    } else {
      this.#wanted = step.value.map((range) => new Wanted(range, this.#size));
    }
  }
}

/** Bytes that are asked for, filled from the front. */
class Wanted {
  readonly bytes: Uint8Array;
  readonly #offset: number;
  #filled = 0;

  constructor({ offset, size }: ByteRange, fileSize: number) {
    this.#offset = offset;
    this.bytes = new Uint8Array(Math.max(0, Math.min(size, fileSize - offset)));
  }

  get isFull(): boolean {
    return this.#filled === this.bytes.length;
  }

  /** Takes what it lacks out of bytes of the file that begin at this position. */
  fill(chunk: Uint8Array, position: number): void {
    const next = this.#offset + this.#filled - position;
    if (this.isFull || next < 0 || next >= chunk.length) return;
    const part = chunk.subarray(next, next + this.bytes.length - this.#filled);
    this.bytes.set(part, this.#filled);
    this.#filled += part.length;
  }
}
