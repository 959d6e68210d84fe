/** What `deno task assembly` compiles. */
export { deflate } from "./deflate";
export { freeMemory, inflate, reset, source, target } from "./inflate";
