import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { spawnChild } from "../children/mod.ts";
import { COMPILER_SCRIPT } from "./compiler_script.ts";
import type { PythonCopy } from "./copy_python.ts";
import { frame, Frames } from "./frames.ts";

/** What a Python says of itself. */
export interface PythonVersion {
  readonly minor: number;
  /** What it calls its bytecode: `cpython-311`. */
  readonly tag: string;
}

/** The Python ended, or did not even begin. */
export class InterpreterError extends Error {
  override readonly name = "InterpreterError";
  /** A source that is too deep ends a Python, and with it what waits behind that source. */
  override readonly cause: "source" | "source before" | "interpreter";

  constructor(message: string, cause: InterpreterError["cause"] = "interpreter") {
    super(message);
    this.cause = cause;
  }
}

/** What ends a process that goes where it must not. */
const FAULTS: readonly (string | null)[] = ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL"];
const KEPT_WORDS = 400;

type Answer = Pick<PromiseWithResolvers<Uint8Array>, "resolve" | "reject">;

/** A Python that compiles, one source after the other. It ends when it is disposed of, or we end. */
export class Interpreter implements Disposable {
  /** @throws {InterpreterError} when it cannot be run here. */
  readonly version: Promise<PythonVersion>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** In the order of their requests. */
  readonly #waiting: Answer[] = [];
  readonly #encoder = new TextEncoder();
  #hasAnswered = false;
  #failure: InterpreterError | undefined;

  constructor({ folder, program, libraries }: PythonCopy) {
    const child = spawnChild<ChildProcessByStdio<Writable, Readable, Readable>>(
      program,
      ["-I", "-S", "-W", "ignore", "-c", COMPILER_SCRIPT],
      {
        env: { LD_LIBRARY_PATH: libraries, LC_ALL: "C.UTF-8" },
        cwd: folder,
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    this.#child = child;
    this.version = this.#next().then(parseVersion);
    this.version.catch(() => {});
    const frames = new Frames((frame) => {
      this.#hasAnswered = true;
      this.#waiting.shift()?.resolve(frame);
    });
    child.stdout.on("data", (piece: Uint8Array) => frames.add(piece));
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-KEPT_WORDS);
    });
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
    child.once("error", (error) => this.#fail(new InterpreterError(error.message)));
    child.once("close", (code, signal) => {
      const said = words.trim().split("\n").at(-1);
      const end = signal === null ? `it ended with ${code}` : `${signal} ended it`;
      const message = said ? `${end}, saying ${JSON.stringify(said)}` : end;
      const isFault = FAULTS.includes(signal) && this.#hasAnswered;
      if (isFault) this.#waiting.shift()?.reject(new InterpreterError(message, "source"));
      this.#fail(new InterpreterError(message, isFault ? "source before" : "interpreter"));
    });
  }

  get hasEnded(): boolean {
    return this.#failure !== undefined;
  }

  /** @returns A `.pyc`; empty for a source that does not compile. @throws {InterpreterError} */
  async compile(path: string, source: Uint8Array): Promise<Uint8Array> {
    if (this.#failure !== undefined) throw this.#failure;
    const answer = this.#next();
    this.#child.stdin.write(frame(this.#encoder.encode(path), source));
    return await answer;
  }

  [Symbol.dispose](): void {
    this.#fail(new InterpreterError("it is not needed any more"));
    this.#child.kill("SIGKILL");
  }

  #next(): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.#waiting.push({ resolve, reject });
    return promise;
  }

  #fail(error: InterpreterError): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

function parseVersion(answer: Uint8Array): PythonVersion {
  const text = new TextDecoder().decode(answer);
  const [, minor, tag] = /^3\.([0-9]+) ([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  if (tag === undefined) throw new InterpreterError(`it calls itself ${JSON.stringify(text)}`);
  return { minor: Number(minor), tag };
}
