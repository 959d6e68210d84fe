/**
 * The program: arguments, the exit code. In a worker it is what the worker runs, for the program may
 * be a single file.
 *
 * Here alone, besides `files`, `Deno` is named: the first use of `process` or of another module of
 * Node costs nearly as much time as an empty program takes, and `--version` and `--help` are to cost
 * none of it.
 */
import { hasColor } from "./color.ts";
import { findHelp, helpText, type HelpTextOptions } from "./help/mod.ts";
import { versionLine } from "./version.ts";

if ("DedicatedWorkerGlobalScope" in globalThis) {
  await import("./packing/mod.ts");
} else if (!answers(Deno.args)) {
  const { exit, run } = await import("./cli/mod.ts");
  const code = await run(Deno.args);
  // Whatever still waits; a turn later, for Deno keeps the compiled program when this one ends.
  setTimeout(() => exit(code));
}

/** Says what is known without the command line, which reports what cannot be written. */
function answers(args: readonly string[]): boolean {
  try {
    const answer = answerTo(args);
    if (answer === undefined) return false;
    let bytes = new TextEncoder().encode(answer);
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
    return true;
  } catch (error) {
    // A reader that went away (`| head`) has read what it wanted.
    return error instanceof Deno.errors.BrokenPipe;
  }
}

function answerTo(args: readonly string[]): string | undefined {
  if (args.length === 1 && ["-V", "--version"].includes(args[0]!)) return `${versionLine()}\n`;
  const page = findHelp(args);
  return page && helpText(page, lookOfOutput());
}

/** Without colours where Deno would have to ask whether the environment may be looked at. */
function lookOfOutput(): HelpTextOptions {
  const isTerminal = Deno.stdout.isTerminal();
  const mayRead = Deno.permissions.querySync({ name: "env" }).state === "granted";
  return {
    columns: isTerminal ? Deno.consoleSize().columns : 80,
    hasColor: mayRead && hasColor(Deno.env.toObject(), isTerminal),
  };
}
