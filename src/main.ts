/**
 * The program: arguments, the exit code. In a worker it is what the worker runs, for the program may
 * be a single file.
 *
 * Here alone, besides `files`, `Deno` is named: the first use of `process` or of another module of
 * Node costs nearly as much time as an empty program takes, and `--version` is to cost none of it.
 */
import { versionLine } from "./version.ts";

if ("DedicatedWorkerGlobalScope" in globalThis) {
  await import("./compression/mod.ts");
} else if (!saysVersion(Deno.args)) {
  const { exit, run } = await import("./cli/mod.ts");
  const code = await run(Deno.args);
  // Whatever still waits; a turn later, for Deno keeps the compiled program when this one ends.
  setTimeout(() => exit(code));
}

/** Answers what needs nothing to be loaded. What cannot be written, the command line reports. */
function saysVersion(args: readonly string[]): boolean {
  if (args.length !== 1 || !["-V", "--version"].includes(args[0]!)) return false;
  try {
    Deno.stdout.writeSync(new TextEncoder().encode(`${versionLine()}\n`));
    return true;
  } catch {
    return false;
  }
}
