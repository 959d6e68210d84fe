/** Options of {@linkcode concurrently}. */
export interface ConcurrentlyOptions {
  /** How many at once. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does the work for every item, some of them at once. The first error stops the others, by the signal
 * that each is given, and is thrown when they have ended.
 */
export async function concurrently<Item>(
  items: readonly Item[],
  { limit, signal }: ConcurrentlyOptions,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const waiting = [...items];
  const workOn = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      stop.throwIfAborted();
      await work(item, stop);
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, async () => {
    try {
      await workOn();
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(workers);
  signal?.throwIfAborted();
  failed.signal.throwIfAborted();
}
