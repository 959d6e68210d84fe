import type { ByteSource } from "./byte_source.ts";
import { INFLATE_MODULE } from "./inflate_module.ts";

/** Some of each, to stay in the processor's cache. */
const INPUT_BYTES = 256 * 1024;
const OUTPUT_BYTES = 512 * 1024;
/** How far back content may refer. */
const HISTORY_BYTES = 32 * 1024;
/** Behind the input the decoder reads on, and behind the output it writes on. */
const INPUT_SPARE = 1024;
const OUTPUT_SPARE = 512;
const PAGE_BYTES = 64 * 1024;

/** What the decoder answers besides its faults; also that it needs more room. */
const NEEDS_INPUT = 0;
const DONE = 2;

const FAULTS: Readonly<Record<number, string>> = {
  [-1]: "found its end too early",
  [-2]: "found a block of no known kind",
  [-3]: "found codes that are none",
  [-4]: "found a reference to before its beginning",
};

/** What assembly/inflate.ts exports. */
interface InflateExports {
  readonly memory: WebAssembly.Memory;
  readonly source: WebAssembly.Global;
  readonly target: WebAssembly.Global;
  freeMemory(): number;
  reset(): void;
  inflate(
    ...args: [
      from: number,
      fromEnd: number,
      isAll: boolean,
      to: number,
      toEnd: number,
      history: number,
    ]
  ): number;
}

/**
 * Reads a source by and by and undoes deflate, by the WebAssembly of assembly/inflate.ts. It has some
 * memory of its own, which is used for one source after the other: nothing is left to the garbage
 * collector.
 */
export class Inflater {
  readonly #exports: InflateExports;
  readonly #memory: Uint8Array;
  /** Where in the memory the input and the output begin; before the output there is the history. */
  readonly #inputStart: number;
  readonly #outputStart: number;
  #source: ByteSource | undefined;
  #onInput: ((bytes: Uint8Array) => void) | undefined;
  /** The input that was not consumed. */
  #from = 0;
  #fromEnd = 0;
  /** Where the next content goes, and from where on distances may reach back to. */
  #to = 0;
  #history = 0;
  #isInflated = true;

  constructor() {
    const instance = new WebAssembly.Instance(inflateModule());
    this.#exports = instance.exports as unknown as InflateExports;
    const { memory } = this.#exports;
    this.#inputStart = this.#exports.freeMemory();
    this.#outputStart = this.#inputStart + INPUT_BYTES + INPUT_SPARE + HISTORY_BYTES;
    const end = this.#outputStart + OUTPUT_BYTES + OUTPUT_SPARE;
    memory.grow(Math.ceil(end / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES);
    this.#memory = new Uint8Array(memory.buffer);
  }

  /** Begins to read another source. */
  open(source: ByteSource): void {
    this.#source = source;
    this.#from = this.#fromEnd = this.#inputStart;
    this.#onInput = undefined;
    this.#isInflated = true;
  }

  /** How much of the source was not consumed, in bytes. */
  get left(): number {
    return this.#fromEnd - this.#from + this.#source!.left;
  }

  /**
   * The next bytes of the source as they are: as many as asked for, or fewer at its end. Valid until
   * more is asked for.
   */
  peek(count: number): Uint8Array {
    while (this.#fromEnd - this.#from < count && this.#source!.left > 0) this.#fill();
    return this.#memory.subarray(this.#from, Math.min(this.#from + count, this.#fromEnd));
  }

  /** All that is at hand of the source, at least a byte when there is one left. */
  peekSome(): Uint8Array {
    this.peek(1);
    return this.#memory.subarray(this.#from, this.#fromEnd);
  }

  skip(count: number): void {
    this.#from += count;
  }

  /**
   * From now on sees the source's bytes, those first that were read and not consumed. They are valid
   * during the call alone.
   */
  watch(onInput: (bytes: Uint8Array) => void): void {
    this.#onInput = onInput;
    if (this.#fromEnd > this.#from) onInput(this.#memory.subarray(this.#from, this.#fromEnd));
  }

  /** What comes next in the source is a deflate stream. */
  beginStream(): void {
    this.#exports.reset();
    this.#to = this.#history = this.#outputStart;
    this.#isInflated = false;
  }

  /**
   * The next content of the stream, valid until more is asked for; nothing when it has ended, and
   * what follows it can be read as it is.
   *
   * @throws {SyntaxError} when it is no deflate stream, or not a whole one.
   */
  inflate(): Uint8Array | undefined {
    if (this.#isInflated) return undefined;
    this.#keepHistory();
    const start = this.#to;
    while (!this.#isInflated && this.#to < this.#outputStart + OUTPUT_BYTES) this.#step();
    return this.#to > start ? this.#memory.subarray(start, this.#to) : undefined;
  }

  #step(): void {
    if (this.#fromEnd === this.#from) this.#fill();
    const { inflate, source, target } = this.#exports;
    const isAll = this.#source!.left === 0;
    const toEnd = this.#outputStart + OUTPUT_BYTES;
    const status = inflate(this.#from, this.#fromEnd, isAll, this.#to, toEnd, this.#history);
    if (status < 0) throw new SyntaxError(`expected whole deflate, ${FAULTS[status]}`);
    this.#from = source.value;
    this.#to = target.value;
    if (status === DONE) this.#isInflated = true;
    else if (status === NEEDS_INPUT) this.#fill();
  }

  /** Once the output is full, its end is what the next content may refer to. */
  #keepHistory(): void {
    if (this.#to < this.#outputStart + OUTPUT_BYTES) return;
    this.#history = this.#outputStart - HISTORY_BYTES;
    this.#memory.copyWithin(this.#history, this.#to - HISTORY_BYTES, this.#to);
    this.#to = this.#outputStart;
  }

  #fill(): void {
    this.#memory.copyWithin(this.#inputStart, this.#from, this.#fromEnd);
    this.#fromEnd -= this.#from - this.#inputStart;
    this.#from = this.#inputStart;
    const free = this.#memory.subarray(this.#fromEnd, this.#inputStart + INPUT_BYTES);
    const count = this.#source!.read(free);
    this.#fromEnd += count;
    this.#onInput?.(free.subarray(0, count));
  }
}

let compiled: WebAssembly.Module | undefined;

function inflateModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(INFLATE_MODULE));
  return compiled;
}
