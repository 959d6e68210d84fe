import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../.cache/", import.meta.url));

/** Options of {@linkcode makeOnce}. */
export interface MakeOnceOptions {
  /** Everything that shapes the result: another recipe is another result. */
  readonly recipe: string;
  /** Fills an empty folder. What it throws leaves nothing behind. */
  readonly make: (folder: string) => Promise<void>;
}

/**
 * A folder in `.cache` that is made once, whoever asks first: other tests and other processes wait
 * for it. It is for reading only.
 */
export async function makeOnce(
  name: string,
  { recipe, make }: MakeOnceOptions,
): Promise<string> {
  const hash = createHash("sha256").update(recipe).digest("hex").slice(0, 16);
  const folder = join(CACHE, `${name}-${hash}`);
  await Deno.mkdir(CACHE, { recursive: true });
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await isFolder(folder)) return folder;
  const part = `${folder}.part`;
  await removeIfThere(part);
  await Deno.mkdir(part);
  try {
    await make(part);
    await Deno.rename(part, folder);
  } finally {
    await removeIfThere(part);
  }
  return folder;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
