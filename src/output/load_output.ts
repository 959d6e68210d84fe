import { ChildError, runChild, type RunChildOptions } from "../children/mod.ts";
import { Failure } from "../failure/mod.ts";
import { archiveBytes } from "./archive_output.ts";
import type { Output } from "./output.ts";

/** Engines that load an image archive from their standard input. */
export type Engine = "docker" | "podman";

/** Options of {@linkcode loadOutput}. */
export interface LoadOutputOptions {
  /** How long the engine may take to say that it is there, 30 s by default. */
  readonly limitMs?: number;
  /** How long it may neither take nor say anything, 10 minutes by default: it unpacks in silence. */
  readonly silenceMs?: number;
}

/** Streams the image into an engine on this machine. */
export function loadOutput(
  engine: Engine,
  { limitMs = 30_000, silenceMs = 600_000 }: LoadOutputOptions = {},
): Output {
  return {
    prepare: () => runEngine(["version"], { engine, failed: "use", cure: "start it", limitMs }),
    async write(image, { signal, onProgress } = {}) {
      async function* input() {
        for await (const chunk of archiveBytes(image, signal)) {
          onProgress?.(chunk.length);
          yield chunk;
        }
      }
      const words = { failed: "load into", cure: "mend that" };
      await runEngine(["load"], { engine, ...words, input: input(), silenceMs, signal });
      return [{ kind: "load", where: engine }];
    },
  };
}

function engineFailure(message: string): Failure {
  return new Failure("rcc/engine", message);
}

interface RunOptions extends Pick<RunChildOptions, "input" | "limitMs" | "silenceMs" | "signal"> {
  readonly engine: Engine;
  /** `use`, `load into`. */
  readonly failed: string;
  /** What helps besides another output. */
  readonly cure: string;
}

/** @throws {Failure} when it does not end well; the signal's reason, and what reading the input throws. */
async function runEngine(
  args: readonly string[],
  { engine, failed, cure, ...options }: RunOptions,
): Promise<void> {
  let words: string;
  try {
    const { code, stderr } = await runChild(engine, args, options);
    if (code === 0) return;
    words = stderr.trim().split("\n").at(-1) || "it said nothing";
  } catch (error) {
    if (!(error instanceof ChildError)) throw error;
    if (error.trouble === "missing") {
      throw engineFailure(
        `failed to find ${engine}: it is not on PATH, install it or write --save`,
      );
    }
    words = error.message;
  }
  throw engineFailure(`failed to ${failed} ${engine}: ${words}; ${cure}, or write --save instead`);
}
