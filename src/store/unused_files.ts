import type { CacheFile } from "./cache_files.ts";

/** What of a cache is to be kept. */
export interface KeepOptions {
  /** What was not of use since then goes, in ms since 1970. */
  readonly usedSince?: number | undefined;
  /** Of the rest, what was not of use for the longest time goes, until so many bytes remain. */
  readonly maxBytes?: number | undefined;
}

/** Which files of a cache can go. Uploads that were begun go by themselves after a week. */
export function unusedFiles(
  files: readonly CacheFile[],
  { usedSince = -Infinity, maxBytes = Infinity }: KeepOptions,
): readonly CacheFile[] {
  let size = files.reduce((sum, file) => sum + file.size, 0);
  const goes = ({ usedAt }: CacheFile) => usedAt < usedSince || size > maxBytes;
  const unused: CacheFile[] = [];
  const oldestFirst = files.filter(({ kind }) => kind !== "uploads")
    .toSorted((a, b) => a.usedAt - b.usedAt);
  for (const file of oldestFirst) {
    if (!goes(file)) break;
    unused.push(file);
    size -= file.size;
  }
  return unused;
}
