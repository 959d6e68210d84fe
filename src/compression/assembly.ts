import { ASSEMBLY_MODULE } from "./assembly_module.ts";

/** Memory below this is the assembly's own. */
export const OWN_BYTES = 64 * 1024;
const PAGE_BYTES = 64 * 1024;
/** Of every memory: where the size is known, each access is checked in less time. */
export const MEMORY_PAGES = 16;
export const MEMORY_BYTES = MEMORY_PAGES * PAGE_BYTES;

/** Memory that threads can share. The system gives what is used of it, and no more. */
export function createMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
}

/** What the WebAssembly of assembly/mod.ts exports. Places are offsets in its memory. */
export interface Assembly {
  readonly source: WebAssembly.Global;
  readonly target: WebAssembly.Global;
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
  deflate(from: number, count: number, to: number): number;
}

let compiled: WebAssembly.Module | undefined;

/** The assembly, at work in a memory. */
export function assemblyIn(memory: WebAssembly.Memory): Assembly {
  compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(ASSEMBLY_MODULE));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const { freeMemory } = exports as { freeMemory: () => number };
  const own = freeMemory();
  if (own > OWN_BYTES) throw new RangeError(`expected at most ${OWN_BYTES} bytes, found ${own}`);
  return exports as unknown as Assembly;
}
