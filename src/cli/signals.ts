import process from "node:process";

/** Exit codes are 128 and the signal's number. SIGBREAK is the close button of a Windows console. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGBREAK: 130 } as const;

/** Somebody asked the program to stop. */
export class Interrupted extends Error {
  override readonly name = "AbortError";
  readonly exitCode: number;

  constructor(signal: keyof typeof EXIT_CODES) {
    super(`interrupted by ${signal}`);
    this.exitCode = EXIT_CODES[signal];
  }
}

/**
 * A signal that is aborted when the process is told to stop. Told a second time, the process ends at
 * once: temporary files that remain are swept at the next start.
 */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) {
    if (signal === "SIGBREAK" && process.platform !== "win32") continue;
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT_CODES[signal]);
      controller.abort(new Interrupted(signal));
    });
  }
  return controller.signal;
}

/** What tidying up may take: who pressed Ctrl-C waits no longer than that. */
const GRACE_MS = 1_500;

/**
 * Waits for work that ends by itself when the signal is aborted. Work that does not, because the
 * system keeps it waiting (a network file system, a pipe without an other end), is given up after the
 * grace: the process is about to end, and with it everything that it holds.
 *
 * @throws The signal's reason once it is aborted, whatever the work throws then.
 */
export async function endInTime<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  { graceMs = GRACE_MS }: { readonly graceMs?: number } = {},
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => timer = setTimeout(() => late.reject(signal.reason), graceMs);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
}
