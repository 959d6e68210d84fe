import { Buffer } from "node:buffer";
import process from "node:process";
import { throwFailures } from "../failure/mod.ts";
import { withArtifactsDir } from "./artifacts_dir.ts";
import { readFiles } from "./file_entries.ts";
import { gather } from "./gather.ts";
import { type IgnoreRules, readIgnoreRules } from "./ignore_rules.ts";
import { missingOwnFiles } from "./own_files.ts";
import { asRccLeavesThem, findPathFiles } from "./path_files.ts";
import type { Robot } from "./robot.ts";
import type { RobotEntry } from "./robot_entry.ts";
import { linkFaults, linksOf } from "./symlink.ts";
import { walk } from "./walk.ts";
import type { RobotWarning } from "./warning.ts";
import { whiteoutFaults } from "./whiteout_name.ts";

/** What of a robot goes into an image. */
export interface RobotListing {
  /** All but the robot's folder itself, sorted by the bytes of their paths: folders come first. */
  readonly entries: readonly RobotEntry[];
  /** Of all files, in bytes. */
  readonly size: number;
  readonly warnings: readonly RobotWarning[];
}

/** Options of {@linkcode listRobotFiles}. */
export interface ListRobotFilesOptions {
  /** Patterns of what stays behind, in the syntax of a .gitignore in the robot's folder. */
  readonly exclude?: readonly string[];
  /** The system that the files are on: Windows has no modes that Linux could use. */
  readonly hostOs?: NodeJS.Platform;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists what `ignoreFiles` and `exclude` leave of a robot, without hololib.zip (the image has the
 * library in its own place), .git, and what old runs left in the artifacts folder: the folder is
 * there, empty. Symbolic links stay links. Files in the folders of the robot's own PATH are as rcc
 * leaves them.
 *
 * @throws {Failure} or {Failures} for all that cannot be packed.
 */
export async function listRobotFiles(
  robot: Robot,
  { exclude = [], hostOs = process.platform, signal }: ListRobotFilesOptions = {},
): Promise<RobotListing> {
  const { directory, ignoreFiles } = robot;
  const rules = await readIgnoreRules(directory, { ignoreFiles, exclude });
  const isLeftOut = (path: string) => staysBehind(path, { robot, rules });
  const { members, failures } = await walk(directory, { isLeftOut, signal });
  const gathered = [...failures, ...whiteoutFaults(members.map(({ path }) => path))];
  const links = linksOf(members, hostOs);
  gathered.push(...missingOwnFiles(members, { robot, rules, links }), ...linkFaults(links, hostOs));
  const folders = await gather(gathered, () => withArtifactsDir(members, robot));
  const paths = members.filter(({ type }) => type === "file").map(({ path }) => path);
  const pathFiles = findPathFiles(paths, { PATH: robot.PATH, links });
  const files = await gather(gathered, async () => {
    const isFixed = (path: string) => pathFiles.scripts.has(path);
    const { entries, warnings } = await readFiles(members, { directory, hostOs, isFixed, signal });
    return { entries: await asRccLeavesThem(entries, pathFiles), warnings };
  });
  throwFailures(gathered);
  return {
    entries: sortByBytes([...folders!, ...links, ...files!.entries]),
    size: files!.entries.reduce((sum, { size }) => sum + size, 0),
    warnings: files!.warnings,
  };
}

interface RobotRules {
  readonly robot: Robot;
  readonly rules: IgnoreRules;
}

/** The path of a folder ends in `/`. */
function staysBehind(path: string, { robot: { artifactsDir }, rules }: RobotRules): boolean {
  const bare = path.replace(/\/$/, "");
  if (bare === artifactsDir || bare === "hololib.zip" || /(^|\/)\.git$/.test(bare)) return true;
  // The way to the artifacts folder stays, whatever the patterns say.
  const isOnTheWay = path.endsWith("/") && artifactsDir.startsWith(path);
  return !isOnTheWay && rules.match(path) !== undefined;
}

function sortByBytes(entries: readonly RobotEntry[]): readonly RobotEntry[] {
  return entries
    .map((entry) => ({ entry, bytes: Buffer.from(entry.path) }))
    .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
    .map(({ entry }) => entry);
}
