import type { Reporter } from "../report/mod.ts";

const told = new WeakSet<Reporter>();

/** Says that a command waits for rcc, once for all that it waits for. */
export function recordingNotice(reporter: Reporter): (lock: string) => void {
  return (lock) => {
    if (told.has(reporter)) return;
    told.add(reporter);
    reporter.warn(
      `rcc is at work in the library and holds "${lock}", this waits for the files of the ` +
        `environment that are missing yet`,
    );
  };
}
