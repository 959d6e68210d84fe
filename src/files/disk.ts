import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** What a file system has left for somebody who is not root. */
export interface FreeSpace {
  readonly bytes: number;
  /** How many more files; `undefined` where the file system does not say. */
  readonly files: number | undefined;
}

/** Free space where the path is or will be: its nearest folder that exists is asked. */
export async function freeSpace(path: string): Promise<FreeSpace> {
  for (let folder = path;; folder = dirname(folder)) {
    try {
      const { bavail, bsize, files, ffree } = await statfs(folder);
      return { bytes: bavail * bsize, files: files > 0 ? ffree : undefined };
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOENT" || dirname(folder) === folder) throw error;
    }
  }
}
