/**
 * The program: arguments, signals, the exit code. In a worker it is what the worker runs, for the
 * program may be a single file.
 */
import process from "node:process";

if ("DedicatedWorkerGlobalScope" in globalThis) {
  await import("./compression/mod.ts");
} else {
  const { run } = await import("./cli/mod.ts");
  process.exit(await run(process.argv.slice(2)));
}
