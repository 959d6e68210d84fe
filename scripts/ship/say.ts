import { writeSync } from "node:fs";
import { stat } from "node:fs/promises";
import { formatBytes } from "../../src/report/mod.ts";

/** Prints a line for the person, or the log, that waits for a script. */
export function say(line: string): void {
  writeSync(1, new TextEncoder().encode(`${line}\n`));
}

/** Prints a line about what went wrong. */
export function complain(line: string): void {
  writeSync(2, new TextEncoder().encode(`${line}\n`));
}

/** Prints the files with their sizes. */
export async function sayFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) say(`${formatBytes((await stat(path)).size).padStart(8)}  ${path}`);
}
