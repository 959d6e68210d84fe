import process from "node:process";
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { Failure, messageOf } from "../failure/mod.ts";

/** Where text goes. */
export interface TextSink {
  write(text: string): void;
}

/** Where text goes that may be seen on a terminal. */
export interface TerminalSink extends TextSink {
  readonly isTerminal: boolean;
  /** The width now, 80 where it is no terminal. Read again for each drawing, as terminals resize. */
  columns(): number;
  /** The height now, 24 where it is no terminal. */
  rows(): number;
  /** Calls the action when the process exits before the result is disposed. */
  onExit?(action: () => void): Disposable;
}

/** What a process has. */
export interface SystemSinks {
  readonly stdout: TerminalSink;
  readonly stderr: TerminalSink;
}

/**
 * The process's own standard output and error. Each write is done when it returns, so that nothing
 * is lost when the process exits. A reader that has gone away (`| head`) is no error: what it would
 * have read is dropped. A full disk behind standard output is one, a {@linkcode Failure}.
 */
export function systemSinks(): SystemSinks {
  return {
    stdout: sink(1, process.stdout, { mayFail: true }),
    stderr: sink(2, process.stderr, { mayFail: false }),
  };
}

interface SinkOptions {
  /** Whether what cannot be written is the caller's to know. */
  readonly mayFail: boolean;
}

function sink(
  descriptor: number,
  stream: { readonly columns?: number; readonly rows?: number },
  { mayFail }: SinkOptions,
): TerminalSink {
  let gone = false;
  return {
    isTerminal: isatty(descriptor),
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
    onExit(action) {
      process.once("exit", action);
      return { [Symbol.dispose]: () => void process.off("exit", action) };
    },
    write(text) {
      if (gone) return;
      try {
        writeAll(descriptor, new TextEncoder().encode(text));
      } catch (error) {
        gone = true;
        if (mayFail && !GONE.has(codeOf(error))) throw unwritable(error);
      }
    },
  };
}

/** The reader went away: of a pipe, and of a terminal. */
const GONE: ReadonlySet<unknown> = new Set(["EPIPE", "EIO"]);

/**
 * A pipe takes up to so many bytes whole or not at all: only then is it known, when a pipe that does
 * not block says "later", what it has, since Deno keeps a part of a line to itself.
 * https://www.man7.org/linux/man-pages/man7/pipe.7.html "PIPE_BUF"
 */
const PIECE = 4096;

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    const piece = wholeLines(bytes.subarray(at, at + PIECE));
    try {
      at += writeSync(descriptor, piece);
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error;
      rest();
    }
  }
}

/** Up to the last end of a line, all of it where there is none. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  return end === 0 ? bytes : bytes.subarray(0, end);
}

const NEWLINE = 10;

/** The reader needs a moment. */
function rest(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

function unwritable(error: unknown): Failure {
  const message = `failed to write to standard output: ${messageOf(error)}, ` +
    "send it where there is room";
  return new Failure("output/unwritable", message, { cause: error });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
