import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { type ChildVariables, spawnChild } from "../children/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { OutputLines } from "./output_lines.ts";
import { endGroup, type EndGroupOptions, killGroup } from "./process_group.ts";

/** Options of {@linkcode runRcc}. */
export interface RunRccOptions extends EndGroupOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ChildVariables;
  readonly signal?: AbortSignal | undefined;
  /** Told each line of stderr, where rcc says what it does. */
  readonly onLine: (line: string) => void;
}

/** How rcc ended. */
export interface RccEnd {
  /** None when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** What a program is to read. */
  readonly stdout: string;
}

/**
 * Runs the host's rcc to its end, however long that takes, in a session of its own. When it has
 * ended, or is to, nothing that it has started goes on. Linux only.
 *
 * @throws {Failure} when it cannot be started; the signal's reason.
 */
export async function runRcc(path: string, options: RunRccOptions): Promise<RccEnd> {
  const { args, cwd, env, signal, onLine } = options;
  signal?.throwIfAborted();
  const child = spawnChild<RccProcess>(path, args, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout = collectOutput(child, onLine);
  const exited = once(child, "exit") as Promise<[number | null, string | null]>;
  const closed = once(child, "close");
  closed.catch(() => {}); // What keeps it from starting is told by `exited`.
  const end = () => endGroup(child.pid!, options);
  const onAbort = () => void end();
  signal?.addEventListener("abort", onAbort);
  // A process that is ended at once takes with it what would go on without it.
  const kill = () => killGroup(child.pid!);
  process.once("exit", kill);
  try {
    const [code, endSignal] = await exited.catch((error) => {
      throw cannotRun(path, error);
    });
    await end();
    await Promise.race([closed, setTimeout(CLOSING_MS, undefined, { ref: false })]);
    signal?.throwIfAborted();
    return { code, signal: endSignal, stdout: stdout() };
  } finally {
    signal?.removeEventListener("abort", onAbort);
    process.off("exit", kill);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** What a process that has left the session may hold open is not waited for. */
const CLOSING_MS = 1_000;

const MOST_STDOUT = 4 * 1024 * 1024;

type RccProcess = ChildProcessByStdio<null, Readable, Readable>;

/** Listens to both streams. @returns What stdout has said so far. */
function collectOutput(child: RccProcess, onLine: (line: string) => void): () => string {
  const lines = new OutputLines(onLine);
  child.stderr.on("data", (bytes: Uint8Array) => lines.add(bytes)).on("end", () => lines.end());
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (stdout.length < MOST_STDOUT) stdout += text;
  });
  return () => stdout;
}

function cannotRun(path: string, error: unknown): Failure {
  return new Failure(
    "rcc/host",
    `failed to run rcc "${path}": ${messageOf(error)}, put an rcc for this host on PATH`,
    { cause: error },
  );
}
