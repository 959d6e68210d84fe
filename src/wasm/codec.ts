import { CODEC_MODULE } from "./codec_module.ts";

/** Memory below this is the codec's own. */
export const OWN_BYTES = 64 * 1024;
/** Of 64 KiB, of every memory: where its size is known, each access is checked in less time. */
export const MEMORY_PAGES = 16;

/** Memory that threads can share. The system gives what is used of it, and no more. */
export function createMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
}

/** What assembly/mod.ts exports. Places are offsets in its memory. */
export interface WasmCodec {
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

/** A codec that works in a memory of its own. */
export function instantiateCodec(memory: WebAssembly.Memory): WasmCodec {
  compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(CODEC_MODULE));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const { freeMemory } = exports as { freeMemory: () => number };
  const own = freeMemory();
  if (own > OWN_BYTES) throw new RangeError(`expected at most ${OWN_BYTES} bytes, found ${own}`);
  return exports as unknown as WasmCodec;
}
