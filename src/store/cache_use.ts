import { rm } from "node:fs/promises";
import { join } from "node:path";
import { shareFileLock, withFileLock, writing } from "../files/mod.ts";
import { CACHE_ELSEWHERE, markCache, requireCache } from "./cache_marker.ts";
import { CACHE_FOLDERS, type CacheFile, listCacheFiles } from "./cache_files.ts";
import { type KeepOptions, unusedFiles } from "./unused_files.ts";

/** Options of {@linkcode pruneCache} and {@linkcode clearCache}. */
export interface CacheRemovalOptions {
  readonly signal?: AbortSignal;
  /** Called once when a build uses the cache. */
  readonly onWait?: () => void;
}

/**
 * Says, until it is disposed, that the cache is used, so that nothing is removed from it. Any number
 * of processes may do so at once. Where the cache cannot be written, or is none, nothing is removed
 * either.
 */
export async function useCache(folder: string): Promise<Disposable> {
  try {
    await markCache(folder);
    return await shareFileLock(lockIn(folder));
  } catch {
    return { [Symbol.dispose]() {} };
  }
}

/** Removes what is not to be kept, when nobody uses the cache. @returns What was removed. */
export async function pruneCache(
  folder: string,
  keep: KeepOptions,
  options: CacheRemovalOptions = {},
): Promise<readonly CacheFile[]> {
  return await whenUnused(folder, options, async () => {
    const unused = unusedFiles(await listCacheFiles(folder), keep);
    for (const { path } of unused) {
      options.signal?.throwIfAborted();
      await rm(path, { force: true });
    }
    return unused;
  });
}

/**
 * Removes all that is ours, when nobody uses the cache. What else is in the folder stays.
 *
 * @returns What was removed.
 */
export async function clearCache(
  folder: string,
  options: CacheRemovalOptions = {},
): Promise<readonly CacheFile[]> {
  return await whenUnused(folder, options, async () => {
    const files = await listCacheFiles(folder);
    for (const name of CACHE_FOLDERS) {
      options.signal?.throwIfAborted();
      await rm(join(folder, name), { recursive: true, force: true });
    }
    return files;
  });
}

/** @throws {Failure} when the folder is no cache, or the system refuses it. */
async function whenUnused<Result>(
  folder: string,
  options: CacheRemovalOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  await requireCache(folder);
  return await writing(folder, () => withFileLock(lockIn(folder), work, options), CACHE_ELSEWHERE);
}

function lockIn(folder: string): string {
  return join(folder, ".lock");
}
