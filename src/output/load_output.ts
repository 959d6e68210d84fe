import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import type { Writable } from "node:stream";
import { Failure } from "../failure/mod.ts";
import { archiveBytes } from "./archive_output.ts";
import type { Output } from "./output.ts";

/** Engines that load an image archive from their standard input. */
export type Engine = "docker" | "podman";

/** Streams the image into an engine on this machine. */
export function loadOutput(engine: Engine): Output {
  return {
    async prepare() {
      const { code, lastWords } = await runEngine(engine, ["version"]);
      if (code === 0) return;
      throw engineFailure(
        `failed to use ${engine}: ${lastWords}; start it, or write --save instead`,
      );
    },
    async write(image, { signal, onProgress } = {}) {
      async function* bytes() {
        for await (const chunk of archiveBytes(image, signal)) {
          onProgress?.(chunk.length);
          yield chunk;
        }
      }
      const { code, lastWords } = await runEngine(engine, ["load"], { input: bytes(), signal });
      if (code !== 0) throw engineFailure(`failed to load into ${engine}: ${lastWords}`);
      return [{ kind: "load", where: engine }];
    },
  };
}

function engineFailure(message: string): Failure {
  return new Failure("rcc/engine", message);
}

interface RunOptions {
  readonly input?: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
}

interface Ended {
  readonly code: number;
  /** The last line that it wrote on standard error. */
  readonly lastWords: string;
}

/** @throws The signal's reason, and what reading the input throws; the engine is ended then. */
async function runEngine(
  engine: Engine,
  args: readonly string[],
  { input, signal }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(engine, args, { stdio: ["pipe", "ignore", "pipe"], signal });
  // A process that is ended at once takes its engine's client with it.
  const kill = () => killNow(child.pid);
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  const words = lastLine(child.stderr);
  words.catch(() => {}); // What keeps the engine from starting is told by `ended`.
  const ended = once(child, "close").catch((error) => {
    if (error.code !== "ENOENT") throw error;
    throw engineFailure(`failed to find ${engine}: it is not on PATH, install it or write --save`);
  });
  try {
    const [[code]] = await Promise.all([ended, feed(input, child.stdin)]);
    return { code: code ?? 1, lastWords: await words };
  } catch (error) {
    child.kill();
    signal?.throwIfAborted();
    throw error;
  }
}

function killNow(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone meanwhile.
  }
}

/**
 * Writes the input to a process, until that closes its end: what an engine says that refuses the
 * image, and its exit code, tell more than the broken pipe, which is met in many ways.
 *
 * @throws What reading the input throws.
 */
async function feed(
  input: AsyncIterable<Uint8Array> | undefined,
  stdin: Writable,
): Promise<void> {
  let isOpen = true;
  stdin.on("error", () => isOpen = false);
  for await (const chunk of input ?? []) {
    if (!isOpen) return;
    await new Promise((resolve) => stdin.write(chunk, resolve));
  }
  stdin.end();
}

const KEPT_CHARACTERS = 4096;

async function lastLine(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text = (text + decoder.decode(chunk, { stream: true })).slice(-KEPT_CHARACTERS);
  }
  return text.trim().split("\n").at(-1) || "it said nothing";
}
