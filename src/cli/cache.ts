import { Failure } from "../failure/mod.ts";
import { renderCache, renderRemoval } from "../report/mod.ts";
import {
  type CacheFile,
  cacheFolder,
  clearCache,
  type KeepOptions,
  listCacheFiles,
  pruneCache,
  requireCache,
  unusedFiles,
} from "../store/mod.ts";
import type { PruneArguments } from "./cache_command.ts";
import type { Context } from "../build/mod.ts";

/** Says what is in the cache. */
export async function cacheInfo(
  { json = false }: { readonly json?: boolean | undefined },
  { env, hostOs, now, reporter }: Context,
): Promise<void> {
  const path = cacheFolder({ env, platform: hostOs });
  await requireCache(path);
  const files = await listCacheFiles(path);
  if (json) reporter.printJson(cacheDocument(path, files));
  else for (const line of renderCache(path, files, { now })) reporter.print(line);
}

/** For programs. */
function cacheDocument(path: string, files: readonly CacheFile[]) {
  const total = (chosen: readonly CacheFile[]) => ({
    files: chosen.length,
    size: chosen.reduce((sum, { size }) => sum + size, 0),
  });
  const kinds = Object.groupBy(files, ({ kind }) => kind);
  return {
    path,
    ...total(files),
    kinds: Object.fromEntries(
      Object.entries(kinds).sort().map(([kind, chosen]) => [kind, total(chosen)]),
    ),
  };
}

/** Removes what no build needed for some time. */
export async function cachePrune(given: PruneArguments, context: Context): Promise<void> {
  const keep = parseKeep(given, context.now);
  const path = cacheFolder({ env: context.env, platform: context.hostOs });
  await requireCache(path);
  const files = await listCacheFiles(path);
  const isPlan = given.dryRun ?? false;
  const removed = isPlan || files.length === 0
    ? unusedFiles(files, keep)
    : await pruneCache(path, keep, waiting(context));
  for (const line of renderRemoval(removed, { of: files, isPlan })) context.reporter.print(line);
}

/** Removes all of the cache. */
export async function cacheClear(context: Context): Promise<void> {
  const path = cacheFolder({ env: context.env, platform: context.hostOs });
  await requireCache(path);
  const files = await listCacheFiles(path);
  const removed = files.length === 0 ? [] : await clearCache(path, waiting(context));
  for (const line of renderRemoval(removed, { of: files })) context.reporter.print(line);
}

function waiting({ reporter, signal }: Context) {
  return { signal, onWait: () => reporter.warn("a build uses the cache, waiting for its end") };
}

const DAY_MS = 24 * 3600 * 1000;
const DEFAULT_AGE_MS = 30 * DAY_MS;
const TIME_UNITS: Units = new Map([["h", 3600 * 1000], ["d", DAY_MS]]);
const SIZE_UNITS: Units = new Map([["kB", 1e3], ["MB", 1e6], ["GB", 1e9], ["TB", 1e12]]);

type Units = ReadonlyMap<string, number>;

/** Without anything said, the age alone counts. @throws {Failure} of kind "usage". */
export function parseKeep({ olderThan, maxSize }: PruneArguments, now: Date): KeepOptions {
  const age = olderThan === undefined
    ? undefined
    : parseAmount(olderThan, { option: "--older-than", units: TIME_UNITS, example: "12h or 30d" });
  const maxBytes = maxSize === undefined
    ? undefined
    : parseAmount(maxSize, { option: "--max-size", units: SIZE_UNITS, example: "500MB or 5GB" });
  const longest = age ?? (maxBytes === undefined ? DEFAULT_AGE_MS : Infinity);
  return { usedSince: now.getTime() - longest, maxBytes };
}

function parseAmount(
  text: string,
  { option, units, example }: {
    readonly option: string;
    readonly units: Units;
    readonly example: string;
  },
): number {
  const [, number, unit] = /^([0-9]{1,6}(?:\.[0-9]+)?) ?([A-Za-z]+)$/.exec(text) ?? [];
  const factor = units.get(unit ?? "");
  if (factor !== undefined) return Number(number) * factor;
  throw new Failure(
    "usage/option",
    `failed to read ${option} "${text}": expected a number and its unit, such as ${example}`,
  );
}
