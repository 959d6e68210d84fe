import { ContentError } from "./content.ts";
import type { Packing } from "./packing.ts";
import type { Piece } from "./piece.ts";
import { createSlots, SlotReader } from "./slots.ts";
import { startWorker, type WorkerAnswer, type WorkerRequest } from "./worker.ts";

/** A worker, and what it has answered so far. */
export class Lane {
  readonly #worker: Worker;
  readonly slots: SlotReader;
  readonly #answers: WorkerAnswer[] = [];
  #wake: (() => void) | undefined;
  #unpacked = 0;

  constructor(packing: Packing) {
    const slots = createSlots();
    this.slots = new SlotReader(slots);
    this.#worker = startWorker(packing, slots);
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => this.#add(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#add({ kind: "failed", message: `a worker ended, ${event.message}`, ended: true });
    };
  }

  /** How many pieces it has been given and not packed to their end. */
  get unpacked(): number {
    return this.#unpacked;
  }

  give(piece: Piece): void {
    this.#unpacked++;
    this.#worker.postMessage({ kind: "piece", parts: piece.parts } satisfies WorkerRequest, [
      ...piece.owned,
    ]);
  }

  async next(): Promise<WorkerAnswer> {
    while (this.#answers.length === 0) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#answers.shift()!;
  }

  /** Wakes who waits for an answer. */
  interrupt(): void {
    this.#add({ kind: "failed", message: "interrupted" });
  }

  end(): void {
    this.#worker.terminate();
  }

  #add(answer: WorkerAnswer): void {
    if (answer.kind === "end") this.#unpacked--;
    this.#answers.push(answer);
    this.#wake?.();
  }
}

/** No worker could be started, or one ended by itself: the system lacks threads or memory. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

/** What a worker says that it failed with. */
export function asError({ message, content, ended }: WorkerAnswer & { kind: "failed" }): Error {
  return content === undefined
    ? ended ? new WorkerError(message) : new Error(message)
    : new ContentError(content.name, content.problem, message);
}
