import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** What a file system has left for somebody who is not root. */
export interface FreeSpace {
  readonly bytes: number;
  /** How many more files; `undefined` where the file system does not say. */
  readonly files: number | undefined;
}

/** Free space where the path is or will be. */
export async function freeSpace(path: string): Promise<FreeSpace> {
  const { bavail, bsize, files, ffree } = await statfs(await nearestFolder(path));
  return { bytes: bavail * bsize, files: files > 0 ? ffree : undefined };
}

/** What is there of a path: itself, or the nearest folder above it. */
export async function nearestFolder(path: string): Promise<string> {
  for (let folder = path;; folder = dirname(folder)) {
    try {
      await stat(folder);
      return folder;
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOENT" || dirname(folder) === folder) throw error;
    }
  }
}
