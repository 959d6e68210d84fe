import { basename, dirname, extname } from "node:path/posix";
import { openListed } from "../files/mod.ts";
import { packFailure } from "./pack_failure.ts";
import type { RobotFile, RobotSymlink } from "./robot_entry.ts";
import { followLinks, targetsOf } from "./symlink.ts";

/** What rcc does not take for programs, whatever stands in them. */
const NO_PROGRAMS = new Set([
  ...[".svg", ".bmp", ".png", ".gif", ".jpg", ".jpeg", ".md", ".txt", ".htm", ".html", ".csv"],
  ...[".yml", ".yaml", ".json", ".robot"],
]);

/** What rcc does at each start to the files that lie in the folders of the robot's own PATH. */
export interface PathFiles {
  /** Files that get the mode 0755. */
  readonly programs: ReadonlySet<string>;
  /** Shell scripts that lose every CR. */
  readonly scripts: ReadonlySet<string>;
}

/**
 * Finds the files that rcc changes at each start.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/operations/fixing.go (`FixRobot`)
 *
 * @param paths Of all files, relative to the robot's folder.
 */
export function findPathFiles(
  paths: readonly string[],
  { PATH, links }: { readonly PATH: readonly string[]; readonly links: readonly RobotSymlink[] },
): PathFiles {
  const targets = targetsOf(links);
  const folders = new Set(PATH.map((folder) => followLinks(folder, targets)));
  const names = [...paths, ...targets.keys()].filter((path) => folders.has(folderOf(path)));
  const programs = new Set<string>();
  const scripts = new Set<string>();
  for (const path of names) {
    const file = followLinks(path, targets) ?? path;
    const extension = extensionOf(path);
    if (extension === ".sh") scripts.add(file);
    if (!NO_PROGRAMS.has(extension) && !basename(path).startsWith(".")) programs.add(file);
  }
  return { programs, scripts };
}

/**
 * The files as rcc would leave them at its first start: nothing is left to do for it in the image,
 * and a sealed one, in which it can do nothing, has them right.
 *
 * @throws {Failure} for a script that cannot be read.
 */
export async function asRccLeavesThem(
  files: readonly RobotFile[],
  { programs, scripts }: PathFiles,
): Promise<readonly RobotFile[]> {
  return await Promise.all(files.map(async (file) => {
    const fixed = programs.has(file.path) ? { ...file, mode: 0o755 } : file;
    return scripts.has(file.path) ? await withoutCarriageReturns(fixed) : fixed;
  }));
}

async function withoutCarriageReturns(file: RobotFile): Promise<RobotFile> {
  const bytes = await readListed(file.absolute).catch((error) => {
    throw packFailure(file.path, error);
  });
  if (!bytes.includes("\r")) return file;
  const content = new Uint8Array(bytes.filter((byte) => byte !== 0x0d));
  return { ...file, content, size: content.length };
}

async function readListed(path: string) {
  await using file = await openListed(path);
  return await file.readFile();
}

function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === "." ? "" : folder;
}

/** As Go has it: all from the last dot on, also when it is the first character. */
function extensionOf(path: string): string {
  const name = basename(path);
  return (extname(name) || (name.startsWith(".") ? name : "")).toLowerCase();
}
