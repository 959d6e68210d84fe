import { advancePace, startPace, type Throughput } from "./pace.ts";
import type { PhaseProgress, TaskProgress } from "./progress.ts";

/** Something that takes a while and is counted in bytes. Disposing ends it. */
export interface ProgressTask extends Disposable {
  /** So many bytes more are done. */
  add(bytes: number): void;
  /** So many bytes are done in all: less than before when something begins anew. */
  set(done: number): void;
  end(): void;
}

/** A part of the command that people know by name. */
export interface Phase {
  /** Something to show while it runs; several at once are fine. `total` in bytes where it is known. */
  task(label: string, total?: number): ProgressTask;
  /** What stands behind its OK: `Layering... OK (environment from cache)`. */
  note(text: string): void;
  /** What stands in the place of its OK, when it has ended well and brought nothing about. */
  instead(text: string): void;
}

/** What runs at this moment: told by the work, looked at by whoever shows it. */
export class Activity {
  readonly #phases = new Set<RunningPhase>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get isIdle(): boolean {
    return this.#phases.size === 0;
  }

  begin(title: string): RunningPhase {
    const phase = new RunningPhase(title, this.#now);
    this.#phases.add(phase);
    return phase;
  }

  end(phase: RunningPhase): void {
    this.#phases.delete(phase);
  }

  /** Those that run, in the order in which they began. */
  phases(): readonly RunningPhase[] {
    return [...this.#phases];
  }
}

/** A phase that has begun. */
export class RunningPhase implements Phase {
  readonly title: string;
  readonly notes: string[] = [];
  /** In the place of OK. */
  outcome: string | undefined;
  readonly #startedAt: number;
  readonly #tasks = new Set<RunningTask>();
  readonly #now: () => number;
  #ended = { tasks: 0, bytes: 0 };

  constructor(title: string, now: () => number) {
    this.title = title;
    this.#now = now;
    this.#startedAt = now();
  }

  get elapsedMs(): number {
    return this.#now() - this.#startedAt;
  }

  task(label: string, total?: number): ProgressTask {
    const task = new RunningTask(label, { total, now: this.#now, ended: () => this.#drop(task) });
    this.#tasks.add(task);
    return task;
  }

  note(text: string): void {
    this.notes.push(text);
  }

  instead(text: string): void {
    this.outcome = text;
  }

  progress(): PhaseProgress {
    return {
      title: this.title,
      elapsedMs: this.elapsedMs,
      tasks: [...this.#tasks].map((task) => task.progress()),
      ended: this.#ended,
    };
  }

  #drop(task: RunningTask): void {
    if (!this.#tasks.delete(task)) return;
    this.#ended = { tasks: this.#ended.tasks + 1, bytes: this.#ended.bytes + task.done };
  }
}

interface RunningTaskOptions {
  readonly total: number | undefined;
  readonly now: () => number;
  readonly ended: () => void;
}

class RunningTask implements ProgressTask {
  done = 0;
  readonly #label: string;
  readonly #options: RunningTaskOptions;
  #pace: Throughput;

  constructor(label: string, options: RunningTaskOptions) {
    this.#label = label;
    this.#options = options;
    this.#pace = startPace(options.now());
  }

  add(bytes: number): void {
    this.done += bytes;
  }

  set(done: number): void {
    this.done = done;
  }

  end(): void {
    this.#options.ended();
  }

  [Symbol.dispose](): void {
    this.end();
  }

  /** Looking at it is what moves the pace on. */
  progress(): TaskProgress {
    const { total, now } = this.#options;
    this.#pace = advancePace(this.#pace, { done: this.done, now: now() });
    return {
      label: this.#label,
      done: this.done,
      ...(total === undefined ? {} : { total }),
      rate: this.#pace.rate,
      elapsedMs: this.#pace.at - this.#pace.startedAt,
    };
  }
}
