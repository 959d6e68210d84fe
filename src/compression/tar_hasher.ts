import type { Measurement } from "../bytes/mod.ts";
import type { HashThreadMessage } from "./hash_thread.ts";
import type { SharedRing } from "./ring.ts";
import { startWorker } from "./worker.ts";
import { WorkerError } from "./worker_error.ts";

/** A worker that hashes the tar of a layer, out of the rings of those that write its pieces. */
export class TarHasher {
  readonly #worker: Worker;
  #answer = Promise.withResolvers<Measurement>();

  /** @param onFailure Told when the worker has ended by itself: nobody reads the rings any more. */
  constructor(onFailure: (error: WorkerError) => void) {
    this.#worker = startWorker("hash");
    this.#worker.onmessage = ({ data }: MessageEvent<Measurement>) => this.#answer.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const error = new WorkerError(`a worker ended, ${event.message}`);
      this.fail(error);
      onFailure(error);
    };
  }

  /** The tar goes on with so many bytes of this ring, which may still have to be written. */
  add(ring: SharedRing, size: number): void {
    this.#post({ task: "hash", kind: "piece", ring, size });
  }

  /** What the tar was, when all pieces were written. Another may follow. */
  async finish(): Promise<Measurement> {
    this.#post({ task: "hash", kind: "end" });
    const measurement = await this.#answer.promise;
    this.#answer = Promise.withResolvers();
    return measurement;
  }

  /** Has `finish` fail. */
  fail(error: unknown): void {
    this.#answer.promise.catch(() => {}); // Perhaps nobody asks.
    this.#answer.reject(error);
  }

  end(): void {
    this.#worker.terminate();
  }

  #post(message: HashThreadMessage): void {
    this.#worker.postMessage(message);
  }
}
