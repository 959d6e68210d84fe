import { ChildError, runChild, type RunChildOptions } from "../children/mod.ts";
import { Failure } from "../failure/mod.ts";

/** Engines that load an image archive from their standard input. */
export type Engine = "docker" | "podman";

/** Options of {@linkcode runEngine}. */
export interface RunEngineOptions
  extends Pick<RunChildOptions, "input" | "limitMs" | "idleTimeoutMs" | "mostOutput" | "signal"> {
  readonly engine: Engine;
  /** `use`, `load into`. */
  readonly failed: string;
  /** What helps besides another output. */
  readonly cure: string;
}

/**
 * Runs an engine's client. @returns What it printed, as far as that is kept.
 *
 * @throws {Failure} when it does not end well; the signal's reason, and what reading the input throws.
 */
export async function runEngine(
  args: readonly string[],
  { engine, failed, cure, ...options }: RunEngineOptions,
): Promise<string> {
  let words: string;
  try {
    const { code, stdout, stderr } = await runChild(engine, args, options);
    if (code === 0) return stdout;
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

function engineFailure(message: string): Failure {
  return new Failure("rcc/engine", message);
}
