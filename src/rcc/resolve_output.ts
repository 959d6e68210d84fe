import type { Redact } from "./redact.ts";

/** A sign of life. */
export interface Heartbeat {
  readonly elapsedMs: number;
  /** What rcc said last; empty when it said nothing yet. */
  readonly lastLine: string;
}

/** Who listens to rcc while it resolves. */
export interface ResolveListeners {
  /** Told each line of rcc's, without colours and secrets. */
  readonly onLine?: (line: string) => void;
  /** Told once, when another rcc holds the lock that this one needs. */
  readonly onWait?: () => void;
  /** Told again and again, for it may take an hour. */
  readonly onHeartbeat?: (beat: Heartbeat) => void;
  /** The time between two beats, 30 s by default. */
  readonly heartbeatMs?: number;
}

const KEPT_LINES = 20;

/**
 * Lines that say why: pip's, micromamba's and uv's errors, and those of rcc itself. What rcc says
 * after them, that it failed and where to look, would push them out of its last lines.
 */
const TELLING = /\bERROR:|\berror +libmamba|^ *error:|^ *[\u00d7\u2570]|\bFatal \[|\bfailure:/;
const KEPT_TELLING = 3;

/** https://github.com/joshyorko/rcc/blob/v18.18.1/pathlib/lock.go (`waitingLockNotification`) */
const LOCK_WAIT = /\(rcc lock wait\)/;

/** What rcc says, on its way to whoever listens. */
export class ResolveOutput {
  readonly #last: string[] = [];
  readonly #telling: string[] = [];
  readonly #listeners: ResolveListeners;
  readonly #redact: Redact;
  #hasWaited = false;

  constructor(listeners: ResolveListeners, redact: Redact) {
    this.#listeners = listeners;
    this.#redact = redact;
  }

  /** The last lines, without secrets. */
  get lastLines(): readonly string[] {
    return this.#last;
  }

  /** The last lines that say why something failed, without secrets. */
  get tellingLines(): readonly string[] {
    return this.#telling;
  }

  hear(spoken: string): void {
    const line = this.#redact(spoken);
    keep(this.#last, line, KEPT_LINES);
    if (TELLING.test(line)) keep(this.#telling, line, KEPT_TELLING);
    this.#listeners.onLine?.(line);
    if (this.#hasWaited || !LOCK_WAIT.test(line)) return;
    this.#hasWaited = true;
    this.#listeners.onWait?.();
  }

  /** Gives signs of life while the work goes on. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const { onHeartbeat, heartbeatMs = 30_000 } = this.#listeners;
    const start = performance.now();
    const timer = setInterval(() => {
      onHeartbeat?.({
        elapsedMs: performance.now() - start,
        lastLine: this.#last.at(-1) ?? "",
      });
    }, heartbeatMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}

function keep(lines: string[], line: string, most: number): void {
  lines.push(line);
  if (lines.length > most) lines.shift();
}
