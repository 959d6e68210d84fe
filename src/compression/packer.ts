import type { TarSegment } from "../tar/mod.ts";
import type { Content } from "./content.ts";
import { asError, Lane, WorkerError } from "./lane.ts";
import { type PackedBytes, packHere } from "./pack_here.ts";
import type { Packing } from "./packing.ts";
import { cutPieces, type Piece } from "./piece.ts";
import type { FoundProgram } from "./program.ts";

/** Options of {@linkcode Packer}. */
export interface PackerOptions {
  readonly packing: Packing;
  /** How many workers, at least 1. The bytes do not depend on it. */
  readonly jobs: number;
}

/** Options of {@linkcode Packer.pack}. */
export interface PackOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told of each program among the content that is decoded: the workers look into it as it passes. */
  readonly onProgram?: ((program: FoundProgram) => void) | undefined;
}

/** A small layer is packed before a worker has started. */
const SMALL_BYTES = 1024 * 1024;
/** Every lane has a second piece waiting while it packs the first. */
const PIECES_OF_A_LANE = 2;

/** Packs layers, one after the other, with workers that stay until it is disposed of. */
export class Packer implements Disposable {
  readonly packing: Packing;
  readonly #jobs: number;
  #lanes: Lane[] = [];

  constructor({ packing, jobs }: PackerOptions) {
    this.packing = packing;
    this.#jobs = jobs;
  }

  /** Has all workers start, so that they are there when a large layer comes. */
  start(): void {
    while (this.#addLane());
  }

  /**
   * Packs a tar. Its bytes come out twice, as they are and packed, so that both can be hashed.
   *
   * @throws {ContentError} when content is damaged or cannot be read.
   * @throws {WorkerError} when there is nobody to pack.
   */
  async *pack(
    segments: Iterable<TarSegment<Content>>,
    { signal, onProgram }: PackOptions = {},
  ): AsyncGenerator<PackedBytes> {
    signal?.throwIfAborted();
    const pieces = cutPieces(segments);
    const first = pieces.next().value;
    if (first === undefined) return;
    const second = pieces.next().value;
    if (second === undefined && this.#isSmall(first)) {
      yield* await packHere(first.parts, { packing: this.packing, onProgram });
      return;
    }
    const all = prepend(second === undefined ? [first] : [first, second], pieces);
    let isWhole = false;
    const interrupt = () => this.#lanes.forEach((lane) => lane.interrupt());
    signal?.addEventListener("abort", interrupt);
    try {
      yield* this.#packByLanes(all, { signal, onProgram });
      isWhole = true;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      // What they are still at is of no use to anybody.
      if (!isWhole) this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    for (const lane of this.#lanes) lane.end();
    this.#lanes = [];
  }

  #isSmall({ size }: Piece): boolean {
    return this.#lanes.length === 0 && size <= SMALL_BYTES && this.packing.level === undefined;
  }

  /** Pieces go to whichever lane is free, and come out in the order in which they were given. */
  async *#packByLanes(
    pieces: Iterator<Piece>,
    { signal, onProgram }: PackOptions,
  ): AsyncGenerator<PackedBytes> {
    const order: Lane[] = [];
    const give = (lane: Lane) => {
      const { value, done } = pieces.next();
      if (done) return false;
      lane.give(value);
      order.push(lane);
      return true;
    };
    const giveWork = () => {
      for (let i = 0; i < this.#lanes.length || this.#addLane(); i++) {
        const lane = this.#lanes[i]!;
        while (lane.unpacked < PIECES_OF_A_LANE) if (!give(lane)) return;
      }
    };
    giveWork();
    for (let lane = order.shift(); lane !== undefined; lane = order.shift()) {
      for (;;) {
        const answer = await lane.next();
        signal?.throwIfAborted();
        giveWork();
        if (answer.kind === "end") break;
        if (answer.kind === "failed") throw asError(answer);
        if (answer.kind === "program") onProgram?.(answer.program);
        else yield* lane.slots.read(answer.filled);
      }
    }
  }

  /**
   * The system may have threads and memory for some workers and not for all: then those do the work.
   *
   * @throws {WorkerError} when there is not even a first one.
   */
  #addLane(): boolean {
    if (this.#lanes.length >= this.#jobs) return false;
    try {
      this.#lanes.push(new Lane(this.packing));
      return true;
    } catch (error) {
      if (this.#lanes.length > 0) return false;
      throw new WorkerError(`no worker can be started, ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

function* prepend<Item>(first: readonly Item[], rest: Iterable<Item>): Generator<Item> {
  yield* first;
  yield* rest;
}
