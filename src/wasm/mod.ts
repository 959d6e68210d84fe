/**
 * Inflate, and deflate of few bytes, in WebAssembly: see README.md beside this.
 *
 * ```ts
 * import { createMemory, instantiateCodec, OWN_BYTES } from "./mod.ts";
 *
 * const memory = createMemory();
 * const codec = instantiateCodec(memory);
 * const size = codec.deflate(OWN_BYTES, 100, OWN_BYTES + 1000);
 * console.assert(size < 20);
 * ```
 *
 * @module
 */
export { createMemory, instantiateCodec, OWN_BYTES, type WasmCodec } from "./codec.ts";
