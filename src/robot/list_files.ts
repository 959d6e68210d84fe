import process from "node:process";
import { throwFailures } from "../failure/mod.ts";
import { withArtifactsDir } from "./artifacts_dir.ts";
import { withoutEarlyResults } from "./early_results.ts";
import { compareAsBytes } from "./compare.ts";
import { readFiles } from "./file_entries.ts";
import { collectFailures } from "./collect_failures.ts";
import { type IgnoreRules, readIgnoreRules } from "./ignore_rules.ts";
import { missingScripts } from "./missing_scripts.ts";
import { missingOwnFiles } from "./own_files.ts";
import { asRccLeavesThem, findPathFiles } from "./path_files.ts";
import type { Robot } from "./robot.ts";
import type { RobotEntry } from "./robot_entry.ts";
import { fromRoot, isAtOrBelow } from "./robot_path.ts";
import { leavingWarnings, linksOf, partLinks } from "./symlink.ts";
import { trackedArtifacts } from "./tracked_artifacts.ts";
import { walk } from "./walk.ts";
import type { RobotWarning } from "./warning.ts";
import { whiteoutFaults } from "./whiteout_name.ts";

/** What of a robot goes into an image. */
export interface RobotListing {
  /** All but the root itself, sorted by the bytes of their paths: folders come first. */
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
 * there, empty. Symbolic links stay links, but for those that lead out of what is packed. Files in
 * the folders of the robot's own PATH are as rcc leaves them. From outside of the robot's folder
 * comes what robot.yaml names, and nothing else.
 *
 * @throws {Failure} or {Failures} for all that cannot be packed.
 */
export async function listRobotFiles(
  robot: Robot,
  { exclude = [], hostOs = process.platform, signal }: ListRobotFilesOptions = {},
): Promise<RobotListing> {
  const { directory, ignoreFiles, reach: { root, below } } = robot;
  const rules = await readIgnoreRules(directory, { ignoreFiles, exclude, below });
  const starts = startsOf(robot);
  const emptied = emptiedFolder(robot, starts);
  const isLeftOut = leftOut(robot, { rules, emptied });
  const { members: met, failures } = await walk(root, { isLeftOut, starts, main: below, signal });
  const collected = [...failures, ...whiteoutFaults(met.map(({ path }) => path))];
  const links = linksOf(met, hostOs);
  const isReached = (path: string) =>
    path === "" ? starts.includes(".") : starts.some((start) => isAtOrBelow(path, start));
  const { sound, leaving } = partLinks(links, { hostOs, isReached });
  const gone = new Set(leaving.map(({ path }) => path));
  const members = met.filter(({ path }) => !gone.has(path));
  collected.push(...missingOwnFiles(members, { robot, rules, links }));
  const folders = await collectFailures(collected, () => withArtifactsDir(members, robot));
  const paths = members.filter(({ type }) => type === "file").map(({ path }) => path);
  const PATH = robot.PATH.map((folder) => fromRoot(below, folder));
  const pathFiles = findPathFiles(paths, { PATH, links: sound });
  const files = await collectFailures(collected, async () => {
    const isFixed = (path: string) => pathFiles.scripts.has(path);
    const options = { directory: root, hostOs, isFixed, signal };
    const { entries, warnings, results } = await readFiles(members, options);
    return { entries: await asRccLeavesThem(entries, pathFiles), warnings, results };
  });
  throwFailures(collected);
  const { entries, warnings } = await withoutEarlyResults(
    sortByBytes([...folders!, ...sound, ...files!.entries]),
    { begun: files!.results, root, robotFile: fromRoot(below, robot.fileName) },
  );
  return {
    entries,
    size: entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.size : 0), 0),
    warnings: [
      ...files!.warnings,
      ...leavingWarnings(leaving),
      ...warnings,
      ...missingScripts(robot, { entries, rules }),
      ...(emptied !== undefined ? await trackedArtifacts(robot, { signal }) : []),
    ],
  };
}

/** The robot's folder and what is packed besides, relative to the root, none within another. */
function startsOf({ reach: { below, outside } }: Robot): readonly string[] {
  const places = [...new Set([below, ...outside.map((path) => fromRoot(below, path))])];
  return places.filter((path) =>
    !places.some((other) => other !== path && isAtOrBelow(path, other))
  );
}

/** The artifacts folder, unless it is the robot's own folder or has that in it. */
function emptiedFolder(
  { reach: { below }, artifactsDir }: Robot,
  starts: readonly string[],
): string | undefined {
  const artifacts = fromRoot(below, artifactsDir);
  return [below, ...starts].some((path) => isAtOrBelow(path, artifacts)) ? undefined : artifacts;
}

interface LeftOutOptions {
  readonly rules: IgnoreRules;
  readonly emptied: string | undefined;
}

/** Whether a path stays behind. That of a folder ends in `/`. */
function leftOut(
  { reach: { below }, artifactsDir }: Robot,
  { rules, emptied }: LeftOutOptions,
): (path: string) => boolean {
  const artifacts = fromRoot(below, artifactsDir);
  const library = fromRoot(below, "hololib.zip");
  return (path) => {
    const bare = path.replace(/\/$/, "");
    if (bare === emptied || bare === library || /(^|\/)\.git$/.test(bare)) return true;
    // The way to the artifacts folder and to the robot stays, whatever the patterns say.
    const isOnTheWay = path.endsWith("/") &&
      (artifacts.startsWith(path) || `${below}/`.startsWith(path));
    return !isOnTheWay && rules.match(path) !== undefined;
  };
}

function sortByBytes(entries: readonly RobotEntry[]): readonly RobotEntry[] {
  return entries.toSorted((left, right) => compareAsBytes(left.path, right.path));
}
