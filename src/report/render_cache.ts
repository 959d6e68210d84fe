import type { CacheFile, CacheKind, CacheVerification } from "../store/mod.ts";
import { formatBytes, formatCount } from "./format.ts";

/** What each kind is called, in the order in which they are said. */
const KINDS: readonly (readonly [CacheKind, string])[] = [
  ["layers", "layers of environments"],
  ["bases", "base images"],
  ["rcc", "rcc"],
  ["facts", "metadata"],
  ["uploads", "uploads to go on with"],
];

const INDENT = 9;
const NAME_WIDTH = Math.max(...KINDS.map(([, name]) => name.length));
const SIZE_WIDTH = "99.9 MB".length;
const DAY_MS = 24 * 3600 * 1000;

/** What a cache holds, as lines. */
export function renderCache(
  path: string,
  files: readonly CacheFile[],
  { now }: { readonly now: Date },
): readonly string[] {
  const size = `${"Size".padEnd(INDENT)}${formatBytes(sizeOf(files))}`;
  const cache = `${"Cache".padEnd(INDENT)}${path}`;
  if (files.length === 0) return [cache, `${size}: it is empty`];
  const unused = (now.getTime() - Math.min(...files.map(({ usedAt }) => usedAt))) / DAY_MS;
  return [
    cache,
    `${size} in ${count(files)}, the oldest of use ${ago(unused)}`,
    ...KINDS.flatMap(([kind, name]) => {
      const chosen = files.filter((file) => file.kind === kind);
      if (chosen.length === 0) return [];
      const bytes = formatBytes(sizeOf(chosen)).padStart(SIZE_WIDTH);
      return [`${" ".repeat(INDENT)}${name.padEnd(NAME_WIDTH)}  ${bytes}  ${count(chosen)}`];
    }),
  ];
}

/** What was removed of a cache, or would be. */
export function renderRemoval(
  removed: readonly CacheFile[],
  { of: files, isPlan = false }: {
    readonly of: readonly CacheFile[];
    readonly isPlan?: boolean;
  },
): readonly string[] {
  const rest = Math.max(0, sizeOf(files) - sizeOf(removed));
  const [what, stays] = isPlan ? ["Would remove", "would stay"] : ["Removed", "stay"];
  return [
    `${what} ${count(removed)}, ${formatBytes(sizeOf(removed))}; ${formatBytes(rest)} ${stays}`,
  ];
}

/** What was wrong in a cache, a line for each file, and how much was read. */
export function renderVerification(
  { files, damaged }: CacheVerification,
): readonly string[] {
  return [
    ...damaged.map(({ path, problem }) => `Removed ${path}: ${problem}`),
    `Verified ${count(files)}, ${formatBytes(sizeOf(files))}; ${damaged.length} damaged`,
  ];
}

function ago(days: number): string {
  if (days < 1) return "today";
  return days < 2 ? "a day ago" : `${Math.floor(days)} days ago`;
}

function count({ length }: readonly CacheFile[]): string {
  return formatCount(length, "file");
}

function sizeOf(files: readonly CacheFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
