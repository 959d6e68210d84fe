/**
 * Threads of their own: the zlib of the runtime blocks the thread that calls it.
 *
 * A worker is this very module, or the single file that the program is bundled into, told apart from
 * the main thread by `DedicatedWorkerGlobalScope`.
 */
import { type PackTask, packTask } from "./pack_thread.ts";

/** Starts a worker. It packs the layers that it is sent, one after the other. */
export function startWorker(): Worker {
  return new Worker(import.meta.url, { type: "module", name: "pack" });
}

if ("DedicatedWorkerGlobalScope" in globalThis) {
  serve(globalThis as unknown as DedicatedWorkerGlobalScope);
}

function serve(scope: DedicatedWorkerGlobalScope): void {
  let work = Promise.resolve();
  scope.onmessage = ({ data }: MessageEvent<PackTask>) => {
    work = work.then(() => packTask(data, (message) => scope.postMessage(message)));
  };
}
