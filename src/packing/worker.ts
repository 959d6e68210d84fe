/**
 * Threads of their own: the zlib of the runtime blocks the thread that calls it.
 *
 * A worker is this very module, or the single file that the program is bundled into, told apart from
 * the main thread by `DedicatedWorkerGlobalScope`.
 */
import { runTask, type WorkerTask } from "./pack_thread.ts";

/** Starts a worker. It does what it is sent, one after the other. */
export function startWorker(): Worker {
  return new Worker(import.meta.url, { type: "module", name: "pack" });
}

if ("DedicatedWorkerGlobalScope" in globalThis) {
  serve(globalThis as unknown as DedicatedWorkerGlobalScope);
}

function serve(scope: DedicatedWorkerGlobalScope): void {
  let work = Promise.resolve();
  scope.onmessage = ({ data }: MessageEvent<WorkerTask>) => {
    work = work.then(() => runTask(data, (message) => scope.postMessage(message)));
  };
}
