import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isTemporary, readFileText } from "../files/mod.ts";

/** What a file of the cache is kept for. */
export type CacheKind = "layers" | "bases" | "facts" | "rcc" | "uploads";

/** The folders of the cache, and nothing else in it, are ours. */
export const CACHE_FOLDERS = ["blobs", "facts", "rcc", "uploads"] as const;

/** A file of the cache. */
export interface CacheFile {
  readonly path: string;
  readonly kind: CacheKind;
  /** In bytes. */
  readonly size: number;
  /** When it was last of use to a build, in ms since 1970. */
  readonly usedAt: number;
}

/**
 * All files of a cache, but locks and what is being written just now. A cache that is missing has
 * none.
 *
 * A file is of use when it is written or read, as far as the file system tells; a blob, also when a
 * fact is that names it, or a manifest that does: a push reads no layer that the registry has.
 */
export async function listCacheFiles(folder: string): Promise<readonly CacheFile[]> {
  const [blobs, facts, rcc, uploads] = await Promise.all(
    CACHE_FOLDERS.map((name) => filesIn(join(folder, name))),
  );
  const found = await findUses(blobs!, facts!);
  return [
    ...blobs!.map((file) => ({
      ...file,
      kind: found.layers.has(basename(file.path)) ? "layers" as const : "bases" as const,
      usedAt: Math.max(file.usedAt, found.usedAt.get(basename(file.path)) ?? 0),
    })),
    ...facts!.map((file) => ({ ...file, kind: "facts" as const })),
    ...rcc!.map((file) => ({ ...file, kind: "rcc" as const })),
    ...uploads!.map((file) => ({ ...file, kind: "uploads" as const })),
  ];
}

type FoundFile = Omit<CacheFile, "kind">;

/**
 * In the folder and those below it. What goes meanwhile is left out, and so is all that a link leads
 * to: what is elsewhere is not ours to remove.
 */
async function filesIn(folder: string): Promise<readonly FoundFile[]> {
  const facts = await lstat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) =>
    entry.isFile() && !isTemporary(entry.name) && !entry.name.endsWith(".lock")
  );
  const found = await Promise.all(files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts === undefined) return [];
    return [{ path, size: facts.size, usedAt: Math.max(facts.mtimeMs, facts.atimeMs) }];
  }));
  return found.flat();
}

interface Uses {
  /** By the blob's name. */
  readonly usedAt: ReadonlyMap<string, number>;
  /** Blobs that are layers of ours. */
  readonly layers: ReadonlySet<string>;
}

async function findUses(blobs: readonly FoundFile[], facts: readonly FoundFile[]): Promise<Uses> {
  const sizes = new Map(blobs.map((blob) => [basename(blob.path), blob]));
  const usedAt = new Map<string, number>();
  const layers = new Set<string>();

  async function use(name: string, at: number): Promise<void> {
    const blob = sizes.get(name);
    if (blob === undefined || (usedAt.get(name) ?? 0) >= at) return;
    usedAt.set(name, at);
    for (const named of await namesInManifest(blob)) await use(named, at);
  }

  for (const { path, usedAt: at } of facts) {
    const names = namesIn(await readFileText(path, { limit: Infinity }).catch(() => ""));
    if (basename(join(path, "..")) === "layers") names.forEach((name) => layers.add(name));
    for (const name of [basename(path, ".json"), ...names]) await use(name, at);
  }
  return { usedAt, layers };
}

/** Larger ones are layers. */
const LARGEST_MANIFEST = 1024 * 1024;

/** The blobs that a manifest or an index names. */
async function namesInManifest({ path, size }: FoundFile): Promise<readonly string[]> {
  if (size > LARGEST_MANIFEST) return [];
  const text = await readFileText(path).catch(() => "");
  return text.startsWith("{") ? namesIn(text) : [];
}

function namesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/\bsha256:([0-9a-f]{64})\b/g), ([, name]) => name!);
}
