import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { ChildError, startError } from "./child_error.ts";
import { type ChildVariables, spawnChild } from "./spawn_child.ts";

/** Options of {@linkcode runChild}. */
export interface RunChildOptions {
  /** Our own by default. */
  readonly env?: ChildVariables;
  /** Written to its standard input, as far as it reads. */
  readonly input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined;
  /** The most characters that it may print; without it they are not kept. */
  readonly mostOutput?: number;
  /** How long it may take, in milliseconds. */
  readonly limitMs?: number;
  /** How long it may neither take nor say anything. */
  readonly idleTimeoutMs?: number;
  /** Whether it needs no terminal: all that it starts can be ended with it then. */
  readonly isAlone?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. */
export interface ChildEnd {
  /** None when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** The end of it. */
  readonly stderr: string;
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** How long what it printed may be on its way: whoever it left behind may hold its pipes forever. */
const CLOSING_MS = 1_000;

/**
 * Runs a program to its end.
 *
 * @throws {ChildError} when it gives no answer, what reading the input throws, or the signal's
 * reason: it has been told to end then, and is not waited for.
 */
export async function runChild(
  program: string,
  args: readonly string[],
  options: RunChildOptions,
): Promise<ChildEnd> {
  const { env, input, limitMs, idleTimeoutMs, isAlone = false, signal } = options;
  signal?.throwIfAborted();
  const isLeader = isAlone && process.platform !== "win32";
  const child = spawnChild<Child>(program, args, {
    ...(env === undefined ? {} : { env }),
    detached: isLeader,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const closed = once(child, "close");
  closed.catch(() => {}); // What keeps it from starting is told by `exited`.
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  const late = (ms: number, what: string) => new ChildError("late", `it ${what} ${ms / 1000} s`);
  const limit = new Timer(limitMs, (ms) => stopped.reject(late(ms, "took longer than")));
  const silence = new Timer(idleTimeoutMs, (ms) => stopped.reject(late(ms, "did nothing for")));
  const onAbort = () => stopped.reject(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  const kill = (how: NodeJS.Signals) => send(child.pid, { how, toGroup: isLeader });
  // A process that is ended at once takes with it what would go on without it.
  const killNow = () => kill("SIGKILL");
  process.once("exit", killNow);
  const output = collectOutput(child, options, {
    alive: () => silence.restart(),
    fail: stopped.reject,
  });
  const feeding = new Feeding(child.stdin, silence);
  const fed = feeding.feed(input ?? []);
  fed.catch(stopped.reject);
  limit.start();
  try {
    const [code] = await Promise.race([
      stopped.promise,
      exited.catch((error) => {
        throw startError(error);
      }),
    ]);
    feeding.stop();
    await fed;
    await Promise.race([closed, pause(CLOSING_MS, undefined, { ref: false })]);
    return { code, ...output() };
  } catch (error) {
    feeding.stop();
    await fed.catch(() => {});
    const gone = exited.catch(() => {});
    for (const how of ["SIGTERM", "SIGKILL"] as const) {
      kill(how);
      await Promise.race([gone, pause(GRACE_MS, undefined, { ref: false })]);
    }
    throw error;
  } finally {
    limit.stop();
    silence.stop();
    signal?.removeEventListener("abort", onAbort);
    process.off("exit", killNow);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** How long a program that was asked to end may take to. */
const GRACE_MS = 500;

function send(
  pid: number | undefined,
  { how, toGroup }: { readonly how: NodeJS.Signals; readonly toGroup: boolean },
): void {
  if (pid === undefined) return;
  try {
    process.kill(toGroup ? -pid : pid, how);
  } catch {
    // Gone meanwhile.
  }
}

/** Runs out when it is not started anew. */
class Timer {
  readonly #limitMs: number | undefined;
  readonly #onEnd: (limitMs: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number | undefined, onEnd: (limitMs: number) => void) {
    this.#limitMs = limitMs;
    this.#onEnd = onEnd;
  }

  start(): void {
    const limitMs = this.#limitMs;
    if (limitMs === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onEnd(limitMs), limitMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Starts anew when it runs. */
  restart(): void {
    if (this.#timer !== undefined) this.start();
  }
}

const KEPT_WORDS = 4096;

interface Listener {
  alive(): void;
  fail(error: Error): void;
}

function collectOutput(
  child: Child,
  { mostOutput }: RunChildOptions,
  { alive, fail }: Listener,
): () => Pick<ChildEnd, "stdout" | "stderr"> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    alive();
    if (mostOutput === undefined) return;
    stdout += text;
    if (stdout.length > mostOutput) fail(new ChildError("endless", "its answer is too long"));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    alive();
    stderr = (stderr + text).slice(-KEPT_WORDS);
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("error", () => {});
  return () => ({ stdout, stderr });
}

/**
 * Writes to a process until that closes its end: what it says then, and its exit code, tell more than
 * the broken pipe, which is met in many ways.
 */
class Feeding {
  readonly #stdin: Writable | null;
  /** It runs while the process is to do something: a slow source here is not its fault. */
  readonly #silence: Timer;
  #isOver = false;
  #wake = () => {};

  constructor(stdin: Writable | null, silence: Timer) {
    this.#stdin = stdin;
    this.#silence = silence;
    stdin?.on("error", () => this.stop());
  }

  /** @throws What reading the input throws. */
  async feed(input: NonNullable<RunChildOptions["input"]>): Promise<void> {
    for await (const chunk of input) {
      if (this.#isOver || this.#stdin === null) return;
      const written = Promise.withResolvers<void>();
      this.#wake = written.resolve;
      this.#silence.start();
      this.#stdin.write(chunk, () => written.resolve());
      await written.promise;
      this.#silence.stop();
    }
    this.#silence.start();
    this.#stdin?.end();
  }

  stop(): void {
    this.#isOver = true;
    this.#wake();
    this.#stdin?.destroy();
  }
}
