import { unlessAborted } from "../bytes/mod.ts";
import type { Packing } from "../compression/mod.ts";
import type { EnvironmentLayer } from "./environment_layer.ts";
import {
  errorOf,
  type PackedLayer,
  type ResultOf,
  type WorkerAnswer,
  type WorkerTask,
} from "./pack_thread.ts";
import type { RepackedRest } from "./repack.ts";
import { startWorker } from "./worker.ts";
import { NoWorkerError, WorkerError } from "./worker_error.ts";

/** Options of {@linkcode Packer}. */
export interface PackerOptions {
  readonly packing: Packing;
  /** How many workers, at least 1. The bytes do not depend on it. */
  readonly jobs: number;
}

/** Options of {@linkcode Packer.pack}. */
export interface PackOptions {
  /** An empty file for the layer. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Told how many more bytes of the tar have been packed. */
  readonly onProgress?: ((tarBytes: number) => void) | undefined;
}

/** Packs whole layers, each by one worker. The workers stay until it is disposed of. */
export class Packer implements Disposable {
  readonly packing: Packing;
  readonly jobs: number;
  readonly #idle: PackWorker[] = [];
  readonly #workers = new Set<PackWorker>();
  readonly #rests = new WeakMap<Uint8Array, Promise<RepackedRest | undefined>>();
  readonly #waiting: Pick<PromiseWithResolvers<PackWorker>, "resolve" | "reject">[] = [];

  constructor({ packing, jobs }: PackerOptions) {
    this.packing = packing;
    this.jobs = jobs;
  }

  /** Has workers start, so that they are there when the layers come. */
  start(count: number): void {
    while (this.#workers.size < Math.min(count, this.jobs)) {
      const worker = this.#startOne();
      if (worker === undefined) return;
      this.#idle.push(worker);
    }
  }

  /**
   * Has a worker begin with a file that is to be packed anew in some layer. There will be work for a
   * second one then.
   */
  repackAhead(packed: Uint8Array, level: number, signal: AbortSignal): void {
    this.start(2);
    const rest = this.#run({ kind: "repack", packed, level }, { signal });
    // Who packs that layer does it otherwise, and meets the same.
    this.#rests.set(packed, rest.catch(() => undefined));
  }

  /**
   * Packs a layer into its file, as soon as a worker is free.
   *
   * @throws {ContentError} when content is damaged or cannot be read.
   * @throws {LayerWriteError} when the file cannot be written.
   * @throws {NoWorkerError} when there is nobody to pack.
   * @throws {WorkerError} when the worker ended.
   */
  async pack(
    layer: EnvironmentLayer,
    { path, signal, onProgress }: PackOptions,
  ): Promise<PackedLayer> {
    const { packing } = this;
    const whole = await unlessAborted(this.#withRests(layer), signal);
    const task = { kind: "pack", packing, layer: whole, path } as const;
    return await this.#run(task, { signal, onProgress });
  }

  async #withRests(layer: EnvironmentLayer): Promise<EnvironmentLayer> {
    const others = layer.others.map(async (other) =>
      other.type === "repacked" ? { ...other, rest: await this.#rests.get(other.packed) } : other
    );
    return { ...layer, others: await Promise.all(others) };
  }

  async #run<AnyTask extends WorkerTask>(
    task: AnyTask,
    { signal, onProgress }: Omit<PackOptions, "path">,
  ): Promise<ResultOf<AnyTask>> {
    const worker = await this.#takeWorker();
    const interrupt = () => worker.fail(signal!.reason);
    signal?.addEventListener("abort", interrupt);
    try {
      signal?.throwIfAborted();
      return await worker.run(task, onProgress);
    } catch (error) {
      worker.end(); // What it is still at is needed by nobody.
      throw error;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      this.#giveBack(worker);
    }
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.end();
    this.#workers.clear();
    this.#idle.length = 0;
  }

  /** @throws {NoWorkerError} when there is none, and none can be started. */
  #takeWorker(): Promise<PackWorker> {
    const { promise, resolve, reject } = Promise.withResolvers<PackWorker>();
    this.#waiting.push({ resolve, reject });
    this.#serve();
    return promise;
  }

  #giveBack(worker: PackWorker): void {
    if (worker.hasEnded) this.#workers.delete(worker);
    else this.#idle.push(worker);
    this.#serve();
  }

  /** Gives workers to those who wait for one. */
  #serve(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ??
        (this.#workers.size < this.jobs ? this.#startOne() : undefined);
      if (worker === undefined && this.#workers.size > 0) return;
      const { resolve, reject } = this.#waiting.shift()!;
      if (worker === undefined) reject(new NoWorkerError("no worker can be started"));
      else resolve(worker);
    }
  }

  /** The system may have threads and memory for some workers and not for all: then those do the work. */
  #startOne(): PackWorker | undefined {
    try {
      const worker = new PackWorker();
      this.#workers.add(worker);
      return worker;
    } catch {
      return undefined;
    }
  }
}

/** A worker, and the one task that it is at. */
class PackWorker {
  readonly #worker = startWorker();
  #result: PromiseWithResolvers<ResultOf<WorkerTask>> | undefined;
  #onProgress: PackOptions["onProgress"];
  #failure: unknown;
  hasEnded = false;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => this.#take(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.fail(new WorkerError(`a worker ended, ${event.message}`));
    };
  }

  async run<AnyTask extends WorkerTask>(
    task: AnyTask,
    onProgress: PackOptions["onProgress"],
  ): Promise<ResultOf<AnyTask>> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#result = Promise.withResolvers();
    this.#onProgress = onProgress;
    this.#worker.postMessage(task);
    return await this.#result.promise as ResultOf<AnyTask>;
  }

  /** Has who waits be told that nothing more will come. */
  fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#result?.reject(reason);
  }

  end(): void {
    this.hasEnded = true;
    this.#worker.terminate();
  }

  #take(answer: WorkerAnswer): void {
    if (answer.kind === "progress") this.#onProgress?.(answer.tarBytes);
    else if (answer.kind === "done") this.#result?.resolve(answer.result);
    else this.#result?.reject(errorOf(answer));
  }
}
