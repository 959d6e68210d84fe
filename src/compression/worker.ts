/**
 * Threads of their own: the zlib of the runtime blocks the thread that calls it, and a layer has more
 * to be hashed than one thread can do beside all else.
 *
 * A worker is this very module, or the single file that the program is bundled into, told apart from
 * the main thread by `DedicatedWorkerGlobalScope`.
 */
import { hashThread, type HashThreadMessage } from "./hash_thread.ts";
import { packThread, type PackThreadMessage } from "./pack_thread.ts";

/** What a worker is there for, and all that it is told. */
type Message = HashThreadMessage | PackThreadMessage;

/** Starts a worker; the first message says what it is there for. */
export function startWorker(name: string): Worker {
  return new Worker(import.meta.url, { type: "module", name });
}

if ("DedicatedWorkerGlobalScope" in globalThis) {
  serve(globalThis as unknown as DedicatedWorkerGlobalScope);
}

function serve(scope: DedicatedWorkerGlobalScope): void {
  const answer = (message: unknown) => scope.postMessage(message);
  const pack = packThread(answer);
  const hash = hashThread(answer);
  scope.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.task === "pack") pack(data);
    else hash(data);
  };
}
