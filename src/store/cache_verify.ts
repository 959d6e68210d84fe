import { rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { Measure } from "../bytes/mod.ts";
import { messageOf } from "../failure/mod.ts";
import { openFileStream, readFileBytes } from "../files/mod.ts";
import { type CacheFile, listCacheFiles } from "./cache_files.ts";
import { requireCache } from "./cache_marker.ts";
import { useCache } from "./cache_use.ts";
import { decodeFact, type FactName } from "./fact_form.ts";

/** A fact of the cache that is what was written. */
export interface KeptFact extends FactName {
  readonly value: unknown;
}

/** Options of {@linkcode verifyCache}. */
export interface VerifyCacheOptions {
  readonly signal?: AbortSignal;
  /** Told the bytes of each file when it has been read. */
  readonly onProgress?: (bytes: number) => void;
  /** Compares a fact with the blobs that it is about; says what is wrong. */
  readonly compare?: (fact: KeptFact) => Promise<string | undefined>;
}

/** A file of the cache that was not what it should be, and has been removed. */
export interface DamagedFile extends Pick<CacheFile, "path" | "kind"> {
  readonly problem: string;
}

/** What a cache was found to be. */
export interface CacheVerification {
  readonly files: readonly CacheFile[];
  readonly damaged: readonly DamagedFile[];
}

/**
 * Reads all of a cache: blobs and releases of rcc are what their names say, facts are what was
 * written and what `compare` finds. What is not goes: it is made or fetched again when it is needed.
 *
 * @throws {Failure} when the folder is no cache, or cannot be read.
 */
export async function verifyCache(
  folder: string,
  { signal, onProgress, compare }: VerifyCacheOptions = {},
): Promise<CacheVerification> {
  await requireCache(folder);
  using _used = await useCache(folder);
  const files = await listCacheFiles(folder);
  const damaged: DamagedFile[] = [];
  // Facts are compared with what is right.
  const blobsFirst = files.toSorted((a, b) =>
    Number(a.kind === "facts") - Number(b.kind === "facts")
  );
  for (const { path, kind, size } of blobsFirst) {
    signal?.throwIfAborted();
    const problem = await problemOf({ path, kind }, compare).catch((error) => messageOf(error));
    signal?.throwIfAborted();
    onProgress?.(size);
    if (problem === undefined) continue;
    await rm(path, { force: true });
    damaged.push({ path, kind, problem });
  }
  return { files, damaged };
}

async function problemOf(
  { path, kind }: Pick<CacheFile, "path" | "kind">,
  compare: VerifyCacheOptions["compare"],
): Promise<string | undefined> {
  if (kind === "uploads") return undefined; // Addresses at registries: nobody else knows them.
  if (kind !== "facts") return await differenceFromName(path);
  const name = { kind: basename(dirname(path)), key: basename(path, ".json") };
  const value = decodeFact(name, await readFileBytes(path, { limit: Infinity }));
  return await compare?.({ ...name, value });
}

/** Names of files end in the digest of their bytes. */
async function differenceFromName(path: string): Promise<string | undefined> {
  const [expected] = /[0-9a-f]{64}$/.exec(basename(path)) ?? [];
  if (expected === undefined) return "its name is no digest";
  const measure = new Measure();
  for await (const chunk of await openFileStream(path)) measure.update(chunk);
  const { sha256 } = measure.finish();
  return sha256 === expected ? undefined : `its SHA-256 is ${sha256}`;
}
