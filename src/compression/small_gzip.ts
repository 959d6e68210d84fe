import { crc32 } from "node:zlib";
import { createMemory, instantiateCodec, OWN_BYTES, type WasmCodec } from "../wasm/mod.ts";

/** What the codec packs at most in one go. */
export const SMALL_BYTES = 16 * 1024;

/** Deflate, no time, no flags, and from a system that is not told: https://www.rfc-editor.org/rfc/rfc1952 */
const HEADER = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
const TRAILER_BYTES = 8;

const INPUT = OWN_BYTES;
const MEMBER = INPUT + SMALL_BYTES;
const PACKED = MEMBER + HEADER.length;

/**
 * gzip members of few bytes: the headers of a tar between two blobs. For those a call of zlib costs
 * ten times as much, and leaves memory behind.
 */
export class SmallGzip {
  readonly #codec: WasmCodec;
  readonly #memory: Uint8Array;
  readonly #view: DataView;

  constructor() {
    const memory = createMemory();
    this.#codec = instantiateCodec(memory);
    this.#memory = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
    this.#memory.set(HEADER, MEMBER);
  }

  /**
   * @param bytes At most 16 KiB.
   * @returns The member, valid until the next.
   */
  member(bytes: Uint8Array): Uint8Array {
    if (bytes.length > SMALL_BYTES) {
      throw new RangeError(`expected at most ${SMALL_BYTES} bytes, found ${bytes.length}`);
    }
    this.#memory.set(bytes, INPUT);
    const trailer = PACKED + this.#codec.deflate(INPUT, bytes.length, PACKED);
    this.#view.setUint32(trailer, crc32(bytes), true);
    this.#view.setUint32(trailer + 4, bytes.length, true);
    return this.#memory.subarray(MEMBER, trailer + TRAILER_BYTES);
  }
}
