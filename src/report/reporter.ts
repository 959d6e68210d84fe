import type { Phase } from "./activity.ts";
import { LineReporter } from "./line_reporter.ts";
import type { TerminalVariables } from "./look.ts";
import type { TerminalSink } from "./sinks.ts";
import type { LineSource } from "./stdin.ts";
import type { BuildSummary, FleetSummary, PhaseDuration } from "./summary.ts";

/** Tells people, and programs, what happens. Disposing stops all live lines and shows the cursor. */
export interface Reporter extends Disposable {
  /** Every warning by now. */
  readonly warnings: readonly string[];
  /** The phases that are over. */
  readonly phases: readonly PhaseDuration[];
  /**
   * Shows that the work goes on, and in the end `Validating robot... OK`, what the phase says in its
   * place, or `... FAILED`.
   */
  phase<T>(title: string, work: (phase: Phase) => Promise<T>): Promise<T>;
  /** Something that may be wrong, on one line. */
  warn(message: string): void;
  /** A line about what was done, for people. */
  tell(message: string): void;
  /** A line that only `-v` shows. */
  detail(message: string): void;
  /** The lines of a command's answer, whatever the mode. */
  print(text: string): void;
  /** One JSON document for programs. */
  printJson(value: unknown): void;
  /** A text for programs, exactly as it is where no terminal shows it: a Dockerfile, a script. */
  printDocument(text: string): void;
  /** Asks a person for yes or no. `undefined` where nobody is there to answer. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Runs something that writes to the terminal itself: the live lines are gone meanwhile. */
  aside<T>(work: () => Promise<T>): Promise<T>;
  /** What was made. */
  finish(summary: BuildSummary): void;
  /** What was made of several robots. Why some failed is said by `fail()`, after it. */
  finishFleet(summary: FleetSummary): void;
  /** What went wrong: a line for each failure. */
  fail(error: unknown): void;
}

/** Options of {@linkcode createReporter}. */
export interface ReporterOptions {
  readonly stdout: TerminalSink;
  readonly stderr: TerminalSink;
  /** Where answers come from. Without it no question is asked. */
  readonly stdin?: LineSource;
  /** `quiet` prints the references with digest only, `json` one document. */
  readonly mode: "quiet" | "json" | "normal";
  readonly verbose: boolean;
  readonly progress: "auto" | "tty" | "plain";
  readonly env: TerminalVariables;
  /** The time in ms, from any start. */
  readonly now: () => number;
  /** Calls `tick` every so many ms until disposed. By itself a timer that keeps no process alive. */
  readonly every?: (ms: number, tick: () => void) => Disposable;
}

/** Results go to `stdout`, everything about the work to `stderr`. */
export function createReporter(options: ReporterOptions): Reporter {
  return new LineReporter(options);
}
