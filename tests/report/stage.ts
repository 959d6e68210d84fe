import { createReporter, type Reporter } from "../../src/report/mod.ts";
import type { ReporterOptions } from "../../src/report/reporter.ts";
import { Screen, type ScreenOptions } from "./screen.ts";

/** A reporter with a clock that the test moves on. */
export interface Stage extends Disposable {
  readonly reporter: Reporter;
  /** So many milliseconds pass, with all ticks in them. */
  pass(ms: number): void;
  /** Timers that run now. */
  readonly timers: () => number;
}

/** A stage on a terminal. */
export interface TerminalStage extends Stage {
  readonly screen: Screen;
}

/** A stage whose outputs are files or pipes. */
export interface PipeStage extends Stage {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Both as one, as `2>&1` has it. */
  readonly both: () => string;
}

type Given = Partial<Omit<ReporterOptions, "stdout" | "stderr" | "now" | "every">>;

/** A reporter on a terminal that understands Unicode, without colours. */
export function terminalStage(size: ScreenOptions, given: Given = {}): TerminalStage {
  const screen = new Screen(size);
  const env = { LANG: "C.UTF-8", TERM: "xterm-256color", NO_COLOR: "1", ...given.env };
  return {
    ...stage({ ...given, env, stdout: screen.sink, stderr: screen.sink }),
    screen,
  };
}

/** A reporter without a terminal. */
export function pipeStage(given: Given = {}): PipeStage {
  const written: { readonly to: "stdout" | "stderr"; readonly text: string }[] = [];
  const sink = (to: "stdout" | "stderr") => ({
    isTerminal: false,
    columns: () => 80,
    rows: () => 24,
    write: (text: string) => void written.push({ to, text }),
  });
  const textOf = (wanted?: "stdout" | "stderr") =>
    written.filter(({ to }) => to === (wanted ?? to)).map(({ text }) => text).join("");
  return {
    ...stage({ ...given, stdout: sink("stdout"), stderr: sink("stderr") }),
    stdout: () => textOf("stdout"),
    stderr: () => textOf("stderr"),
    both: () => textOf(),
  };
}

function stage(given: Given & Pick<ReporterOptions, "stdout" | "stderr">): Stage {
  const timers = new Set<{ readonly ms: number; readonly tick: () => void; next: number }>();
  let time = 0;
  const reporter = createReporter({
    mode: "normal",
    verbose: false,
    progress: "auto",
    env: { LANG: "C.UTF-8" },
    ...given,
    now: () => time,
    every(ms, tick) {
      const timer = { ms, tick, next: time + ms };
      timers.add(timer);
      return { [Symbol.dispose]: () => void timers.delete(timer) };
    },
  });
  const pass = (ms: number) => {
    const end = time + ms;
    while (time < end) {
      time = Math.min(end, ...[...timers].map(({ next }) => next));
      for (const timer of timers) {
        if (timer.next > time) continue;
        timer.next = time + timer.ms;
        timer.tick();
      }
    }
  };
  return {
    reporter,
    pass,
    timers: () => timers.size,
    [Symbol.dispose]: () => reporter[Symbol.dispose](),
  };
}
