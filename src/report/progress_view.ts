import type { RunningPhase } from "./activity.ts";
import type { Lines } from "./lines.ts";
import type { ProgressStyle } from "./look.ts";
import { renderLive } from "./render_live.ts";
import { renderPlain } from "./render_plain.ts";
import type { TerminalSink } from "./sinks.ts";

/** How running phases are shown. */
export interface ProgressView {
  /** How often it wants to look, in ms; `undefined` for never. */
  readonly everyMs: number | undefined;
  began(phase: RunningPhase): void;
  look(phases: readonly RunningPhase[]): void;
  ended(phase: RunningPhase): void;
}

/** Options of {@linkcode viewOf}. */
export interface ProgressViewOptions {
  readonly lines: Lines;
  readonly terminal: TerminalSink;
  readonly unicode: boolean;
}

/** The view of that style. */
export function viewOf(
  style: ProgressStyle | "silent",
  options: ProgressViewOptions,
): ProgressView {
  switch (style) {
    case "silent":
      return SILENT;
    case "live":
      return liveView(options);
    case "plain":
      return plainView(options);
    case "github":
      return githubView(options);
  }
}

const SILENT: ProgressView = { everyMs: undefined, began() {}, look() {}, ended() {} };

/** Lines that change, ten times a second. */
function liveView({ lines, terminal, unicode }: ProgressViewOptions): ProgressView {
  return {
    ...SILENT,
    everyMs: 100,
    look(phases) {
      const look = { columns: terminal.columns(), rows: terminal.rows(), unicode };
      lines.draw(renderLive(phases.map((phase) => phase.progress()), look));
    },
  };
}

/** A phase says where it is at most once in this time. */
const PLAIN_MS = 10_000;

/** Lines that stay, for files and pipes. */
function plainView({ lines }: ProgressViewOptions): ProgressView {
  const said = new WeakMap<RunningPhase, number>();
  return {
    ...SILENT,
    everyMs: 1000,
    look(phases) {
      for (const phase of phases) {
        const progress = phase.progress();
        if (progress.elapsedMs - (said.get(phase) ?? 0) < PLAIN_MS) continue;
        said.set(phase, progress.elapsedMs);
        lines.err([renderPlain(progress)]);
      }
    },
  };
}

/** The same in groups. GitHub has no group in a group: the phase that opened it has it alone. */
function githubView(options: ProgressViewOptions): ProgressView {
  const { lines } = options;
  let open: RunningPhase | undefined;
  return {
    ...plainView(options),
    began(phase) {
      if (open !== undefined) return;
      open = phase;
      lines.command("group", phase.title);
    },
    ended(phase) {
      if (open !== phase) return;
      open = undefined;
      lines.command("endgroup");
    },
  };
}
