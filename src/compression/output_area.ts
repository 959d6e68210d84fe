import { HISTORY_BYTES, OUTPUT_START } from "./inflate_memory.ts";

/** Where an inflater puts content, in its memory. Places are offsets there. */
export interface OutputArea {
  readonly memory: WebAssembly.Memory;
  /** Where the next content goes, and where its room ends; some more behind it may be overwritten. */
  readonly to: number;
  readonly toEnd: number;
  /** From where on the next content may refer to what was put here. */
  readonly history: number;
  /** Begins with other content. */
  begin(): void;
  /** Makes room, of a byte at least. */
  reserve(): void;
  /** Takes what was put there, up to this place. */
  take(end: number): void;
}

/** As much as stays in the processor's cache. */
export const WINDOW_BYTES = 512 * 1024;

/** Room that is used again and again: content is valid until there is more. */
export class OutputWindow implements OutputArea {
  readonly memory: WebAssembly.Memory;
  readonly toEnd = OUTPUT_START + WINDOW_BYTES;
  to = OUTPUT_START;
  history = OUTPUT_START;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
  }

  begin(): void {
    this.to = this.history = OUTPUT_START;
  }

  reserve(): void {
    if (this.to < this.toEnd) return;
    this.history = OUTPUT_START - HISTORY_BYTES;
    new Uint8Array(this.memory.buffer).copyWithin(this.history, this.to - HISTORY_BYTES, this.to);
    this.to = OUTPUT_START;
  }

  take(end: number): void {
    this.to = end;
  }
}
