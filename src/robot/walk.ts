import { type SeenFile, seenFile } from "../files/mod.ts";
import type { Stats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { basename } from "node:path/posix";
import type { Failure } from "../failure/mod.ts";
import { collectFailures } from "./collect_failures.ts";
import { LEAVE_IT_OUT, packFailure } from "./pack_failure.ts";

/** Something that was met in a robot's folder. The path is relative to it, with `/`. */
export type Member =
  | {
    readonly type: "file";
    readonly path: string;
    readonly size: number;
    readonly mode: number;
    readonly seen: SeenFile;
  }
  | { readonly type: "directory"; readonly path: string }
  | { readonly type: "symlink"; readonly path: string; readonly target: string };

/** Options of {@linkcode walk}. */
export interface WalkOptions {
  /** Whether a path stays behind, with all that is below it. A folder's has a `/` at its end. */
  readonly isLeftOut: (path: string) => boolean;
  /** What is gone through of the folder, none within another: all of it unless this says otherwise. */
  readonly starts?: readonly string[];
  /** One of these that is gone through though a link leads to it. */
  readonly main?: string;
  readonly signal?: AbortSignal | undefined;
}

/** What a walk met, and what of it cannot go into an image. */
export interface Walked {
  readonly members: readonly Member[];
  readonly failures: readonly Failure[];
}

/**
 * Goes through a folder without following symbolic links. Empty folders count, and so do those on the
 * way to where it starts.
 */
export async function walk(
  directory: string,
  { isLeftOut, starts = ["."], main = ".", signal }: WalkOptions,
): Promise<Walked> {
  const members: Member[] = [];
  const failures: Failure[] = [];
  const folders: string[] = [];
  const ways = new Set<string>();
  for (const start of starts) {
    const member = start === main || start === "."
      ? { type: "directory" as const, path: start === "." ? "" : start }
      : await collectFailures(failures, () => look(directory, { path: start, isLeftOut }));
    if (member === undefined) continue;
    if (member.path !== "") members.push(member);
    if (member.type === "directory") folders.push(member.path);
    for (const path of foldersAbove(member.path)) ways.add(path);
  }
  for (const path of ways) members.push({ type: "directory", path });
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted();
    for (
      const path of await collectFailures(failures, () => listFolder(directory, folder!)) ?? []
    ) {
      const member = await collectFailures(failures, () => look(directory, { path, isLeftOut }));
      if (member === undefined) continue;
      members.push(member);
      if (member.type === "directory") folders.push(member.path);
    }
  }
  return { members, failures };
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

const NOT_UTF8 = `its name is not valid UTF-8, rename it or ${LEAVE_IT_OUT}`;

async function listFolder(directory: string, folder: string): Promise<readonly string[]> {
  const names = await readdir(join(directory, folder)).catch((error) => {
    throw packFailure(folder === "" ? directory : folder, error);
  });
  const paths = names.map((name) => folder === "" ? name : `${folder}/${name}`).sort();
  // What is no UTF-8 is read as U+FFFD, which another file may really have in its name.
  const twice = paths.find((path, index) => path === paths[index + 1]);
  if (twice !== undefined) throw packFailure(twice, NOT_UTF8);
  return paths;
}

interface LookOptions {
  readonly path: string;
  readonly isLeftOut: (path: string) => boolean;
}

async function look(
  directory: string,
  { path, isLeftOut }: LookOptions,
): Promise<Member | undefined> {
  const absolute = join(directory, path);
  const stats = await lstatIfThere(absolute, path);
  const isDamaged = stats === undefined && path.includes("\ufffd");
  if (stats === undefined && !isDamaged) return undefined;
  if (isLeftOut(stats?.isDirectory() ? `${path}/` : path)) return undefined;
  if (stats === undefined) throw packFailure(path, NOT_UTF8);
  if (/\p{Cc}/u.test(basename(path)) || !path.isWellFormed()) {
    throw packFailure(path, "its name has a control character, rename it");
  }
  if (stats.isDirectory()) return { type: "directory", path };
  // All that is known of a file takes ten times as much, and there may be hundreds of thousands.
  if (stats.isFile()) {
    const { size, mode } = stats;
    return { type: "file", path, size, mode, seen: seenFile(stats) };
  }
  if (!stats.isSymbolicLink()) {
    throw packFailure(path, `it is ${kindOf(stats)}, ${LEAVE_IT_OUT}`);
  }
  const target = await readlink(absolute).catch((error) => {
    throw packFailure(path, error);
  });
  return { type: "symlink", path, target };
}

/** Undefined for what went away since its folder was read. */
async function lstatIfThere(absolute: string, path: string): Promise<Stats | undefined> {
  try {
    return await lstat(absolute);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw packFailure(path, error);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return "a socket";
  if (stats.isFIFO()) return "a named pipe";
  return stats.isBlockDevice() || stats.isCharacterDevice() ? "a device" : "no regular file";
}
