import { COMMIT } from "../../src/version.ts";
import { ROOT } from "./project.ts";
import { runCommand } from "./run_command.ts";

/** What decides what the program does. */
const SOURCES = ["src", "deno.json", "deno.lock"];

/**
 * The commit that the sources are of, in twelve digits. Where they differ from it, and outside of a
 * clone, it is what the sources themselves say: `development`.
 */
export async function sourceCommit(): Promise<string> {
  const changes = await runCommand(["git", "status", "--porcelain", "--", ...SOURCES], {
    cwd: ROOT,
  });
  if (changes.code !== 0 || changes.stdout !== "") return COMMIT;
  const { stdout } = await runCommand(["git", "rev-parse", "HEAD"], { cwd: ROOT });
  return stdout.slice(0, 12);
}
