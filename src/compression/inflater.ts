import { instantiateCodec, type WasmCodec } from "../wasm/mod.ts";
import type { ByteSource } from "./byte_source.ts";
import { INPUT_BYTES, INPUT_START } from "./inflate_memory.ts";
import type { OutputArea } from "./output_area.ts";

/** What the decoder answers besides its faults. Else it needs more room for content. */
const NEEDS_INPUT = 0;
const DONE = 2;

const FAULTS: Readonly<Record<number, string>> = {
  [-1]: "found its end too early",
  [-2]: "found a block of no known kind",
  [-3]: "found codes that are none",
  [-4]: "found a reference to before its beginning",
};

/**
 * Reads a source step by step and undoes deflate, by `src/wasm`. Its memory
 * is used for one source after the other: nothing is left to the garbage collector.
 */
export class Inflater {
  readonly #codec: WasmCodec;
  readonly #output: OutputArea;
  readonly #memory: Uint8Array;
  #source: ByteSource | undefined;
  #onInput: ((bytes: Uint8Array) => void) | undefined;
  /** The input that was not consumed. */
  #from = INPUT_START;
  #fromEnd = INPUT_START;
  #isInflated = true;

  constructor(output: OutputArea) {
    this.#codec = instantiateCodec(output.memory);
    this.#output = output;
    this.#memory = new Uint8Array(output.memory.buffer);
  }

  /** Begins to read another source. */
  open(source: ByteSource): void {
    this.#source = source;
    this.#from = this.#fromEnd = INPUT_START;
    this.#onInput = undefined;
    this.#isInflated = true;
    this.#output.begin();
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
    this.#codec.reset();
    this.#output.begin();
    this.#isInflated = false;
  }

  /**
   * The next content of the stream, where the output area has it; nothing when the stream has ended,
   * and what follows it can be read as it is.
   *
   * @throws {SyntaxError} when it is no deflate stream, or not a whole one.
   */
  inflate(): Uint8Array | undefined {
    if (this.#isInflated) return undefined;
    const output = this.#output;
    output.reserve();
    const start = output.to;
    let to = start;
    while (!this.#isInflated && to < output.toEnd) to = this.#step(to);
    output.take(to);
    return to > start ? this.#memory.subarray(start, to) : undefined;
  }

  /** Inflates what input and output allow. @returns Where the content ends now. */
  #step(to: number): number {
    if (this.#fromEnd === this.#from) this.#fill();
    const { inflate, source, target } = this.#codec;
    const isAll = this.#source!.left === 0;
    const { toEnd, history } = this.#output;
    const status = inflate(this.#from, this.#fromEnd, isAll, to, toEnd, history);
    if (status < 0) throw new SyntaxError(`expected whole deflate, ${FAULTS[status]}`);
    this.#from = source.value;
    if (status === DONE) this.#isInflated = true;
    else if (status === NEEDS_INPUT) this.#fill();
    return target.value;
  }

  #fill(): void {
    this.#memory.copyWithin(INPUT_START, this.#from, this.#fromEnd);
    this.#fromEnd -= this.#from - INPUT_START;
    this.#from = INPUT_START;
    const free = this.#memory.subarray(this.#fromEnd, INPUT_START + INPUT_BYTES);
    const count = this.#source!.read(free);
    this.#fromEnd += count;
    this.#onInput?.(free.subarray(0, count));
  }
}
