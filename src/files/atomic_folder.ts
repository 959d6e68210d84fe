import { randomUUID } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { renameWithRetry } from "./rename.ts";
import { syncFolder } from "./sync.ts";
import { markTemporary } from "./temporary.ts";

/** A folder that appears with all its files or not at all. */
export interface AtomicFolder extends AsyncDisposable {
  /** Where its files are written until they are committed: beside the target. */
  readonly temporaryPath: string;
  /** Makes the folder appear under its name; a folder that is there gives way to it. */
  commit(): Promise<void>;
}

/**
 * Begins a folder that will be at `path`. What was there stays until `commit`. Use with `await using`:
 * leaving the scope without a commit removes the temporary folder.
 */
export async function createAtomicFolder(path: string): Promise<AtomicFolder> {
  const target = resolve(path);
  const sibling = () => join(dirname(target), markTemporary(basename(target), randomUUID()));
  const temporaryPath = sibling();
  await Deno.mkdir(temporaryPath);
  return {
    temporaryPath,
    async commit() {
      await syncFolder(temporaryPath);
      const aside = sibling();
      const wasThere = await renameIfThere(target, aside);
      try {
        await renameWithRetry(temporaryPath, target);
      } catch (error) {
        if (wasThere) await renameWithRetry(aside, target);
        throw error;
      }
      await syncFolder(dirname(target));
      if (wasThere) await Deno.remove(aside, { recursive: true });
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(temporaryPath, { recursive: true }).catch(() => {});
    },
  };
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await Deno.rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
