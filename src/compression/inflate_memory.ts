import { OWN_BYTES } from "../wasm/mod.ts";

/**
 * The memory of an {@linkcode Inflater}: what its WebAssembly keeps for itself, the input, the history
 * that the output may refer to, and the output, which other threads may read. Sizes in bytes.
 */

/** Small enough to stay in the processor's cache. */
export const INPUT_BYTES = 256 * 1024;
/** So far behind the input the decoder reads on. */
const INPUT_SPARE = 1024;
/** So far back content may refer. */
export const HISTORY_BYTES = 32 * 1024;

export const INPUT_START = OWN_BYTES;
export const OUTPUT_START = INPUT_START + INPUT_BYTES + INPUT_SPARE + HISTORY_BYTES;
