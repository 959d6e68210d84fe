import { fileURLToPath } from "node:url";
import { run, type RunOptions, type RunResult } from "./tools.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** No colours, and no connection of deno's own to ask for a newer deno. */
const QUIET = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };

/** Options of {@linkcode runProgram}. */
export interface ProgramOptions extends RunOptions {
  /** The cache folder: one for each test, so that none finds what another left. */
  readonly cache: string;
}

/** Runs rcc-oci as a user does, and returns how it ended, whatever its exit code. */
export async function runProgram(
  args: readonly string[],
  { cache, env = {}, ...options }: ProgramOptions,
): Promise<RunResult> {
  return await run(Deno.execPath(), ["run", "--quiet", "-A", MAIN, ...args], {
    allowFailure: true,
    env: { RCC_OCI_CACHE: cache, ...QUIET, ...env },
    ...options,
  });
}

/** Options of {@linkcode startProgram}. */
export interface StartOptions extends Pick<ProgramOptions, "cache" | "env" | "cwd"> {
  /** What it prints is lost by default. */
  readonly stdout?: "null" | "piped";
  readonly stderr?: "null" | "piped";
}

/** Starts rcc-oci, for those who watch it, or end it before its time. */
export function startProgram(
  args: readonly string[],
  { cache, env = {}, cwd, stdout = "null", stderr = "null" }: StartOptions,
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", MAIN, ...args],
    env: { RCC_OCI_CACHE: cache, ...QUIET, ...env },
    stdin: "null",
    stdout,
    stderr,
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
}
