import {
  detectCodec,
  gunzipSteps,
  Inflater,
  type OutputArea,
  OutputWindow,
  type PackedCodec,
} from "../compression/mod.ts";
import { createMemory } from "../wasm/mod.ts";
import type { StoredBytes } from "./content.ts";
import { openStored } from "./stored_source.ts";

/** Stored bytes that have been opened. */
export interface OpenedContent extends Disposable {
  /** What they are packed with, by how they begin. */
  readonly codec: PackedCodec;
  /** Sees the stored bytes as they are read, from the first one on. Valid during the call alone. */
  watch(onStored: (bytes: Uint8Array) => void): void;
  /** The content of gzip, as the output area has it. @throws when it is not whole members. */
  gunzip(): Iterable<Uint8Array>;
  /** The stored bytes as they are. Each chunk is valid until the next. */
  raw(): Iterable<Uint8Array>;
}

/** Reads one content after the other, in memory that is used again for each of them. */
export class ContentReader {
  readonly #inflater: Inflater;
  /** For what a zip archive has packed once more. */
  #outer: Inflater | undefined;

  /** @param output Where content is put that was packed: by default it is valid until there is more. */
  constructor(output: OutputArea = outputWindow()) {
    this.#inflater = new Inflater(output);
  }

  /** @throws {RangeError} when the file has another size than was listed. */
  open(stored: StoredBytes): OpenedContent {
    if (stored.packing !== "none") this.#outer ??= new Inflater(outputWindow());
    const inflater = this.#inflater;
    const source = openStored(stored, this.#outer ?? inflater);
    inflater.open(source);
    return {
      codec: detectCodec(inflater.peek(4)),
      watch: (onStored) => inflater.watch(onStored),
      gunzip: () => gunzipSteps(inflater),
      raw: () => rawSteps(inflater),
      [Symbol.dispose]: () => source[Symbol.dispose](),
    };
  }
}

function outputWindow(): OutputArea {
  return new OutputWindow(createMemory());
}

function* rawSteps(inflater: Inflater): Generator<Uint8Array, void> {
  while (inflater.left > 0) {
    const chunk = inflater.peekSome();
    yield chunk;
    inflater.skip(chunk.length);
  }
}
