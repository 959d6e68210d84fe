import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { basename } from "node:path/posix";
import { type GitSourceOptions, trackedFiles } from "./git_source.ts";
import { quote, quoteAll } from "./quote.ts";
import type { Robot } from "./robot.ts";
import type { RobotWarning } from "./warning.ts";

/** Files that keep an otherwise empty folder in git. */
const PLACEHOLDERS = new Set([".gitignore", ".gitkeep", ".keep"]);
const MOST_NAMED = 3;

/** Files in the artifacts folder that git tracks are the author's, and not an old run's. */
export async function trackedArtifacts(
  { directory, artifactsDir }: Pick<Robot, "directory" | "artifactsDir">,
  options: GitSourceOptions,
): Promise<readonly RobotWarning[]> {
  const names = await readdir(join(directory, artifactsDir)).catch((): string[] => []);
  if (names.every((name) => PLACEHOLDERS.has(name))) return [];
  const tracked = (await trackedFiles(directory, artifactsDir, options))
    .filter((path) => !PLACEHOLDERS.has(basename(path)));
  if (tracked.length === 0) return [];
  const others = tracked.length - MOST_NAMED;
  const named = others > 0
    ? `${tracked.slice(0, MOST_NAMED).map(quote).join(", ")} and ${others} more`
    : quoteAll(tracked);
  const message = `git tracks ${named} in the artifacts folder, which starts empty in the image; ` +
    "move what the robot needs out of it";
  return [{ kind: "tracked", message }];
}
