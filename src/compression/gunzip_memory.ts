import { createMemory } from "../wasm/mod.ts";
import type { ByteSource } from "./byte_source.ts";
import { gunzipSteps } from "./gunzip.ts";
import { Inflater } from "./inflater.ts";
import { OutputWindow } from "./output_area.ts";

/**
 * The content of gzip that is in memory. Each chunk is valid until the next.
 *
 * @throws {SyntaxError} when a member is damaged or cut off.
 * @throws {RangeError} when it is something else, or something else follows.
 */
export function gunzipMemory(packed: Uint8Array): Generator<Uint8Array, void> {
  const inflater = new Inflater(new OutputWindow(createMemory()));
  inflater.open(new MemorySource(packed));
  return gunzipSteps(inflater);
}

class MemorySource implements ByteSource {
  #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length;
  }

  read(buffer: Uint8Array): number {
    const part = this.#bytes.subarray(0, buffer.length);
    buffer.set(part);
    this.#bytes = this.#bytes.subarray(part.length);
    return part.length;
  }
}
