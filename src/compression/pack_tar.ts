import type { TarSegment } from "../tar/mod.ts";
import { type Content, ContentError } from "./content.ts";
import type { Packing } from "./packing.ts";
import { cutPieces, type Piece } from "./piece.ts";
import type { FoundProgram } from "./program.ts";
import { createSlots, SlotReader } from "./slots.ts";
import { startWorker, type WorkerAnswer, type WorkerRequest } from "./worker.ts";

/** Options of {@linkcode packTar}. */
export interface PackTarOptions {
  readonly packing: Packing;
  /** How many workers, at least 1. The bytes do not depend on it. */
  readonly jobs: number;
  readonly signal?: AbortSignal;
  /** Told of each program among the content that is decoded: the workers look into it as it passes. */
  readonly onProgram?: ((program: FoundProgram) => void) | undefined;
}

/** Bytes of the tar, or of the packed layer, each in its own order. Valid until the next is asked for. */
export interface PackedChunk {
  readonly kind: "tar" | "packed";
  readonly bytes: Uint8Array;
}

/**
 * Packs a tar with several workers. Its bytes come out twice, as they are and packed, so that both
 * can be hashed.
 *
 * @throws {ContentError} when content is damaged or cannot be read.
 * @throws {WorkerError} when there is nobody to pack.
 */
export async function* packTar(
  segments: Iterable<TarSegment<Content>>,
  { packing, jobs, signal, onProgram }: PackTarOptions,
): AsyncGenerator<PackedChunk> {
  signal?.throwIfAborted();
  const pieces = cutPieces(segments);
  const lanes: Lane[] = [];
  const interrupt = () => lanes.forEach((lane) => lane.interrupt());
  signal?.addEventListener("abort", interrupt);
  try {
    // Every lane has a second piece waiting while it packs the first, and gets another when that one
    // is packed. They come out in the order in which they were given.
    const order: Lane[] = [];
    const give = (lane: Lane) => {
      const { value, done } = pieces.next();
      if (done) return false;
      lane.give(value);
      order.push(lane);
      return true;
    };
    const giveWork = () => {
      for (const lane of lanes) if (lane.unpacked < PIECES_OF_A_LANE && !give(lane)) return;
    };
    // A small layer is packed before a second worker has started.
    for (let isMore = true; isMore && lanes.length < jobs;) {
      const lane = startLane(packing, { isFirst: lanes.length === 0 });
      if (lane === undefined) break;
      lanes.push(lane);
      isMore = give(lane) && give(lane);
    }
    for (let lane = order.shift(); lane !== undefined; lane = order.shift()) {
      for (;;) {
        const answer = await lane.next();
        signal?.throwIfAborted();
        giveWork();
        if (answer.kind === "end") break;
        if (answer.kind === "failed") throw asError(answer);
        if (answer.kind === "program") {
          onProgram?.(answer.program);
          continue;
        }
        yield* lane.slots.read(answer.filled);
      }
    }
  } finally {
    signal?.removeEventListener("abort", interrupt);
    for (const lane of lanes) lane.end();
  }
}

/** No worker could be started, or one ended by itself: the system lacks threads or memory. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

/**
 * The system may have threads and memory for some workers and not for all: then those do the work.
 *
 * @throws {WorkerError} when there is not even a first one.
 */
function startLane(
  packing: Packing,
  { isFirst }: { readonly isFirst: boolean },
): Lane | undefined {
  try {
    return new Lane(packing);
  } catch (error) {
    if (!isFirst) return undefined;
    throw new WorkerError(`no worker can be started, ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const PIECES_OF_A_LANE = 2;

/** A worker, and what it has answered so far. */
class Lane {
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

function asError({ message, content, ended }: WorkerAnswer & { kind: "failed" }): Error {
  return content === undefined
    ? ended ? new WorkerError(message) : new Error(message)
    : new ContentError(content.name, content.problem, message);
}
