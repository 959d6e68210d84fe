/** No worker could be started, or one ended by itself: the system lacks threads or memory. */
export class WorkerError extends Error {
  override readonly name: string = "WorkerError";
}

/** There is not even a first one. */
export class NoWorkerError extends WorkerError {
  override readonly name = "NoWorkerError";
}
