import { Measure, type Measurement } from "../bytes/mod.ts";
import { CHUNK_BYTES, ChunkPacker, type Packing, release } from "../compression/mod.ts";

/** Takes packed bytes, valid during the call alone. */
export interface PackedSink {
  write(bytes: Uint8Array): void;
}

/**
 * The tar of a layer on its way to its packed form: bytes are collected until they fill a member, and
 * what is packed already is spliced in between members.
 */
export class LayerTar {
  readonly packing: Packing;
  readonly #sink: PackedSink;
  readonly #chunks: ChunkPacker;
  readonly #measure = new Measure();
  readonly #chunk = new Uint8Array(CHUNK_BYTES);
  #filled = 0;
  #size = 0;

  constructor(packing: Packing, sink: PackedSink) {
    this.packing = packing;
    this.#sink = sink;
    this.#chunks = new ChunkPacker(packing);
  }

  /** How many bytes of the tar there are so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds bytes that are to be packed. */
  add(bytes: Uint8Array): void {
    this.#size += bytes.length;
    for (let offset = 0; offset < bytes.length;) {
      const part = bytes.subarray(offset, offset + CHUNK_BYTES - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === CHUNK_BYTES) this.#pack();
    }
  }

  /** Begins content that is packed already: all that was added before it is packed first. */
  beginSplice(): void {
    if (this.#filled > 0) this.#pack();
  }

  /** Adds whole members as they are, step by step. */
  splicePacked(packed: Uint8Array): void {
    this.#sink.write(packed);
  }

  /** Adds what the spliced members hold, step by step. */
  spliceContent(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#measure.update(bytes);
  }

  /** Packs what is left. Nothing may be added after that. */
  finish(): Measurement {
    this.beginSplice();
    return this.#measure.finish();
  }

  #pack(): void {
    const bytes = this.#chunk.subarray(0, this.#filled);
    this.#measure.update(bytes);
    const packed = this.#chunks.pack(bytes);
    this.#sink.write(packed);
    release(packed);
    this.#filled = 0;
  }
}
