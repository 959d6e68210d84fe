/** What `deno task wasm` compiles. */
export { source } from "./bits";
export { target } from "./block";
export { deflate } from "./deflate";
export { freeMemory, inflate, reset } from "./inflate";
