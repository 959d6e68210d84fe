import { setInterval } from "node:timers";
import { failuresOf } from "../failure/mod.ts";
import { Activity, type Phase, type RunningPhase } from "./activity.ts";
import type { Line } from "./line.ts";
import { Lines } from "./lines.ts";
import { hasUnicode, isCi, progressStyle } from "./look.ts";
import { printable, printableJson, printableLines } from "./printable.ts";
import { type ProgressView, viewOf } from "./progress_view.ts";
import { failureDocument, renderFailure } from "./render_failure.ts";
import { fleetDocument, fleetNames, renderFleet } from "./render_fleet.ts";
import { renderSummary } from "./render_summary.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";
import type { BuildSummary, FleetSummary, PhaseDuration } from "./summary.ts";

/** How a phase ended; `told` when it failed for what an earlier one has failed for. */
type Ending = "OK" | "FAILED" | "told";

/** The reporter: keeps what happened, and hands rendered lines to the one that writes. */
export class LineReporter implements Reporter {
  readonly warnings: string[] = [];
  readonly phases: PhaseDuration[] = [];
  readonly #options: ReporterOptions;
  readonly #startedAt: number;
  readonly #activity: Activity;
  readonly #github: boolean;
  readonly #lines: Lines;
  readonly #view: ProgressView;
  readonly #exit: Disposable | undefined;
  #ticking: Disposable | undefined;
  #asides = 0;
  #saidJson = false;
  /** What phases have failed for: one that fails for it again has nothing to say. */
  readonly #told = new WeakSet<object>();

  constructor(options: ReporterOptions) {
    const { env, now, stdout, stderr, mode, progress } = options;
    const style = progressStyle(env, { progress, isTerminal: stderr.isTerminal });
    this.#options = options;
    this.#startedAt = now();
    this.#activity = new Activity(now);
    this.#github = style === "github";
    this.#lines = new Lines({ stdout, stderr, env, github: this.#github });
    this.#view = viewOf(mode === "quiet" ? "silent" : style, {
      lines: this.#lines,
      terminal: stderr,
      unicode: hasUnicode(env),
    });
    this.#exit = stderr.onExit?.(() => this[Symbol.dispose]());
  }

  async phase<T>(title: string, work: (phase: Phase) => Promise<T>): Promise<T> {
    const phase = this.#begin(title);
    let how: Ending = "FAILED";
    try {
      const result = await work(phase);
      how = "OK";
      return result;
    } catch (error) {
      if (this.#isTold(error)) how = "told";
      throw error;
    } finally {
      this.#end(phase, how);
    }
  }

  /** Whether earlier phases have failed for all of it. */
  #isTold(error: unknown): boolean {
    const failures = failuresOf(error);
    const causes = failures.length === 0 ? [error] : failures;
    const isTold = causes.every((cause) =>
      [cause, (cause as Error | undefined)?.cause].some((one) =>
        typeof one === "object" && one !== null && this.#told.has(one)
      )
    );
    for (const cause of causes) {
      if (typeof cause === "object" && cause !== null) this.#told.add(cause);
    }
    return isTold;
  }

  #begin(title: string): RunningPhase {
    const phase = this.#activity.begin(title);
    this.#view.began(phase);
    const { everyMs } = this.#view;
    if (everyMs !== undefined) {
      this.#ticking ??= (this.#options.every ?? every)(everyMs, () => this.#look());
    }
    return phase;
  }

  #end(phase: RunningPhase, how: Ending): void {
    this.#activity.end(phase);
    this.phases.push({ title: phase.title, ms: phase.elapsedMs });
    this.#look();
    this.#view.ended(phase);
    if (this.#activity.isIdle) this.#stop();
    if (this.#options.mode !== "normal" || how === "told") return;
    const notes = phase.notes.length === 0 ? "" : ` (${phase.notes.join(", ")})`;
    const isInstead = how === "OK" && phase.outcome !== undefined;
    const end = isInstead
      ? phase.outcome!
      : { text: how, tone: how === "OK" ? "good" : "bad" } as const;
    this.#lines.out([`${phase.title}... `, end, notes]);
  }

  #look(): void {
    if (this.#asides === 0) this.#view.look(this.#activity.phases());
  }

  #stop(): void {
    this.#ticking?.[Symbol.dispose]();
    this.#ticking = undefined;
  }

  warn(message: string): void {
    const text = printable(message);
    this.warnings.push(text);
    if (this.#github) this.#lines.command("warning", text);
    else this.#lines.err([{ text: "Warning:", tone: "warning" }, ` ${text}`]);
  }

  tell(message: string): void {
    if (this.#options.mode === "normal") this.#lines.out([printable(message)]);
  }

  detail(message: string): void {
    if (this.#options.verbose) this.#lines.err([{ text: message, tone: "faint" }]);
  }

  print(text: string): void {
    for (const line of printableLines(text)) this.#lines.out([line]);
  }

  printJson(value: unknown): void {
    this.#saidJson = true;
    this.#lines.outRaw(printableJson(value) + "\n");
  }

  printDocument(text: string): void {
    if (this.#options.stdout.isTerminal) this.print(text);
    else this.#lines.outRaw(text);
  }

  async confirm(question: string): Promise<boolean | undefined> {
    const { stdin, stderr, env, mode } = this.#options;
    if (mode !== "normal" || !stdin?.isTerminal || !stderr.isTerminal || isCi(env)) {
      return undefined;
    }
    const answer = await this.aside(() => {
      this.#lines.ask([{ text: question, tone: "strong" }, " [y/N] "]);
      return stdin.readLine();
    });
    return answer === undefined ? undefined : /^\s*y(es)?\s*$/i.test(answer);
  }

  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.#asides++;
    this.#lines.draw([]);
    try {
      return await work();
    } finally {
      this.#asides--;
    }
  }

  finish(summary: BuildSummary): void {
    const { mode, stdout, env, now } = this.#options;
    for (const warning of summary.warnings) {
      if (!this.warnings.includes(printable(warning))) this.warn(warning);
    }
    if (mode === "json") return this.printJson(summary.manifest);
    if (mode === "quiet") {
      for (const name of summary.references) this.#lines.out([`${name}@${summary.digest}`]);
      return;
    }
    const lines = renderSummary(summary, {
      columns: stdout.columns(),
      unicode: hasUnicode(env),
      phases: this.phases,
      totalMs: now() - this.#startedAt,
    });
    for (const line of lines) this.#lines.out(line);
  }

  finishFleet(summary: FleetSummary): void {
    const { mode, now } = this.#options;
    if (mode === "json") return this.printJson(fleetDocument(summary, this.#options));
    const lines = mode === "quiet"
      ? fleetNames(summary).map((name): Line => [name])
      : renderFleet(summary, { totalMs: now() - this.#startedAt });
    for (const line of lines) this.#lines.out(line);
  }

  fail(error: unknown): void {
    for (const { message, more } of renderFailure(error, this.#options)) {
      if (this.#github) this.#lines.command("error", message);
      else this.#lines.err([{ text: "Error:", tone: "bad" }, ` ${message}`]);
      for (const line of more) this.#lines.err([`  ${line}`]);
    }
    // One document, whatever happens: what was printed before says what is wrong itself.
    if (this.#options.mode === "json" && !this.#saidJson) {
      this.printJson(failureDocument(error, this.#options));
    }
  }

  [Symbol.dispose](): void {
    this.#exit?.[Symbol.dispose]();
    this.#stop();
    this.#asides = Infinity;
    this.#lines.draw([]);
  }
}

function every(ms: number, tick: () => void): Disposable {
  const timer = setInterval(tick, ms);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
