import { rm } from "node:fs/promises";

/**
 * Says, until it is disposed, that this process works in the folder, so that no other removes it.
 * Any number may do so at once. The lock is the kernel's and ends with its owner.
 *
 * @returns `undefined` when the folder has gone.
 */
export async function useFolder(path: string): Promise<Disposable | undefined> {
  if (!OPENS_FOLDERS) return NO_LOCK;
  const folder = await open(path);
  if (folder === undefined) return undefined;
  try {
    await folder.lock(false);
  } catch {
    return folder; // A file system without locks: nothing is removed there either.
  }
  if (await isThere(folder)) return folder;
  folder.close();
  return undefined;
}

/**
 * Removes the folder with all in it, unless another process uses it, or it is to be kept after all,
 * which is asked when nobody uses it any more.
 */
export async function removeUnused(path: string, isKept: () => Promise<boolean>): Promise<void> {
  using folder = OPENS_FOLDERS ? await open(path) : undefined;
  if (OPENS_FOLDERS && !await folder?.tryLock(true).catch(() => false)) return;
  if (!await isKept()) await rm(path, { recursive: true, force: true });
}

/** On Windows files in use cannot be removed anyway. */
const OPENS_FOLDERS = Deno.build.os !== "windows";
const NO_LOCK: Disposable = { [Symbol.dispose]() {} };

async function open(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** It may have been removed between its opening and its lock. */
async function isThere(folder: Deno.FsFile): Promise<boolean> {
  return (await folder.stat()).nlink !== 0;
}
