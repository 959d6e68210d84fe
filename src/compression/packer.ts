import { measureBytes, type Measurement } from "../bytes/mod.ts";
import type { TarSegment } from "../tar/mod.ts";
import type { Content } from "./content.ts";
import { asError, Lane } from "./lane.ts";
import { packHere } from "./pack_here.ts";
import type { Packing } from "./packing.ts";
import { cutPieces, type Piece } from "./piece.ts";
import type { FoundProgram } from "./program.ts";
import { TarHasher } from "./tar_hasher.ts";
import { WorkerError } from "./worker_error.ts";

/** Options of {@linkcode Packer}. */
export interface PackerOptions {
  readonly packing: Packing;
  /** How many workers, at least 1. The bytes do not depend on it. */
  readonly jobs: number;
}

/** Options of {@linkcode Packer.pack}. */
export interface PackOptions {
  /** Given the packed bytes in their order, each time valid during the call alone. */
  readonly write: (packed: Uint8Array) => void;
  readonly signal?: AbortSignal | undefined;
  /** Told how many more bytes of the tar have been packed. */
  readonly onProgress?: ((tarBytes: number) => void) | undefined;
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
  #hasher: TarHasher | undefined;

  constructor({ packing, jobs }: PackerOptions) {
    this.packing = packing;
    this.#jobs = jobs;
  }

  /** Has all workers start, so that they are there when a large layer comes. */
  start(): void {
    this.#startHasher();
    while (this.#addLane());
  }

  /**
   * Packs a tar in one pass: it is hashed by one worker while others pack its pieces.
   *
   * @returns What the tar was.
   * @throws {ContentError} when content is damaged or cannot be read.
   * @throws {WorkerError} when there is nobody to pack.
   */
  async pack(
    segments: Iterable<TarSegment<Content>>,
    options: PackOptions,
  ): Promise<Measurement> {
    const { signal } = options;
    signal?.throwIfAborted();
    const pieces = cutPieces(segments);
    const first = pieces.next().value;
    if (first === undefined) return measureBytes(new Uint8Array());
    const second = pieces.next().value;
    if (second === undefined && this.#isSmall(first)) {
      return await packHere(first, { ...options, packing: this.packing });
    }
    const all = prepend(second === undefined ? [first] : [first, second], pieces);
    let isWhole = false;
    const interrupt = () => this.#interrupt("interrupted");
    signal?.addEventListener("abort", interrupt);
    try {
      const hasher = this.#startHasher();
      await this.#packByLanes(all, { ...options, hasher });
      const tar = await hasher.finish();
      isWhole = true;
      return tar;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      // What they are still at is of no use to anybody.
      if (!isWhole) this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    for (const lane of this.#lanes) lane.end();
    this.#lanes = [];
    this.#hasher?.end();
    this.#hasher = undefined;
  }

  #isSmall({ size }: Piece): boolean {
    return this.#lanes.length === 0 && size <= SMALL_BYTES && this.packing.level === undefined;
  }

  /** Pieces go to whichever lane is free, and come out in the order in which they were given. */
  async #packByLanes(
    pieces: Iterator<Piece>,
    { hasher, write, signal, onProgress, onProgram }: PackOptions & { readonly hasher: TarHasher },
  ): Promise<void> {
    const order: Lane[] = [];
    const give = (lane: Lane) => {
      const { value, done } = pieces.next();
      if (done) return false;
      lane.give(value);
      hasher.add(lane.tar, value.size);
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
        if (answer.kind === "failed") throw asError(answer);
        if (answer.filled !== undefined) lane.packed.read(answer.filled, write);
        onProgress?.(answer.tarBytes);
        answer.programs.forEach((program) => onProgram?.(program));
        if (answer.isEnd) break;
      }
    }
  }

  /** Nobody waits any longer for what will not come. */
  #interrupt(message: string): void {
    for (const lane of this.#lanes) lane.fail(message);
    this.#hasher?.fail(new WorkerError(message));
  }

  /** @throws {WorkerError} when the system has no thread for it. */
  #startHasher(): TarHasher {
    return this.#hasher ??= starting(() =>
      new TarHasher(({ message }) => this.#interrupt(message))
    );
  }

  /**
   * The system may have threads and memory for some workers and not for all: then those do the work.
   *
   * @throws {WorkerError} when there is not even a first one.
   */
  #addLane(): boolean {
    if (this.#lanes.length >= this.#jobs) return false;
    try {
      this.#lanes.push(starting(() => new Lane(this.packing)));
      return true;
    } catch (error) {
      if (this.#lanes.length > 0) return false;
      throw error;
    }
  }
}

function starting<Started>(start: () => Started): Started {
  try {
    return start();
  } catch (cause) {
    throw new WorkerError(`no worker can be started, ${(cause as Error).message}`, { cause });
  }
}

function* prepend<Item>(first: readonly Item[], rest: Iterable<Item>): Generator<Item> {
  yield* first;
  yield* rest;
}
