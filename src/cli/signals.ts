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
