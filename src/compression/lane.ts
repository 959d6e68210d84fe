import { ContentError } from "./content.ts";
import { createMemory } from "./assembly.ts";
import { OUTPUT_START } from "./inflate_memory.ts";
import type { PackThreadAnswer, PackThreadMessage } from "./pack_thread.ts";
import type { Packing } from "./packing.ts";
import { dropParts, type Piece } from "./piece.ts";
import { createCounts, type SharedRing } from "./ring.ts";
import { createSlots, SlotReader } from "./slots.ts";
import { startWorker } from "./worker.ts";
import { WorkerError } from "./worker_error.ts";

/** A worker that packs, and what it has answered so far. */
export class Lane {
  readonly #worker: Worker;
  /** The tar of its pieces. */
  readonly tar: SharedRing;
  readonly packed: SlotReader;
  readonly #answers: PackThreadAnswer[] = [];
  #wake: (() => void) | undefined;
  #unpacked = 0;

  constructor(packing: Packing) {
    const memory = createMemory();
    const counts = createCounts();
    const bytes = memory.buffer as unknown as SharedArrayBuffer;
    this.tar = { bytes, start: OUTPUT_START, counts };
    const packed = createSlots();
    this.packed = new SlotReader(packed);
    this.#worker = startWorker("pack");
    this.#worker.onmessage = ({ data }: MessageEvent<PackThreadAnswer>) => this.#add(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.fail(`a worker ended, ${event.message}`);
    };
    this.#post({ task: "pack", kind: "start", packing, memory, counts, packed });
  }

  /** How many pieces it has been given and not packed to their end. */
  get unpacked(): number {
    return this.#unpacked;
  }

  give(piece: Piece): void {
    const { parts, size, owned } = piece;
    this.#unpacked++;
    this.#post({ task: "pack", kind: "piece", parts, size }, owned);
    dropParts(piece);
  }

  async next(): Promise<PackThreadAnswer> {
    while (this.#answers.length === 0) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#answers.shift()!;
  }

  /** Has who waits for an answer be told that no more will come. */
  fail(message: string): void {
    this.#add({ kind: "failed", message, ended: true });
  }

  end(): void {
    this.#worker.terminate();
  }

  #add(answer: PackThreadAnswer): void {
    if (answer.kind === "packed" && answer.isEnd) this.#unpacked--;
    this.#answers.push(answer);
    this.#wake?.();
  }

  #post(message: PackThreadMessage, owned: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...owned]);
  }
}

/** What a worker says that it failed with. */
export function asError({ message, content, ended }: PackThreadAnswer & { kind: "failed" }): Error {
  return content === undefined
    ? ended ? new WorkerError(message) : new Error(message)
    : new ContentError(content.name, content.problem, message);
}
