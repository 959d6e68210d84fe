import { basename, dirname, join, resolve } from "node:path";
import { removeUnused, useFolder } from "./folder_use.ts";
import { renameWithRetry } from "./rename.ts";
import { syncFolder } from "./sync.ts";
import { isTemporary, temporaryPathOf } from "./temporary.ts";

/** A folder that appears with all its files or not at all. */
export interface AtomicFolder extends AsyncDisposable {
  /** Where its files are written until they are committed: beside the target. */
  readonly temporaryPath: string;
  /** Makes the folder appear under its name; a folder that is there gives way to it. */
  commit(): Promise<void>;
}

/**
 * Begins a folder that will be at `path`. What was there stays until `commit`. Use with `await using`:
 * leaving the scope without a commit removes the temporary folder. It is locked while it is written:
 * a commit removes those of the same target whose lock is free, for their process is gone.
 */
export async function createAtomicFolder(path: string): Promise<AtomicFolder> {
  const target = resolve(path);
  const sibling = () => temporaryPathOf(target);
  const temporaryPath = sibling();
  await Deno.mkdir(temporaryPath);
  const used = await useFolder(temporaryPath);
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
      // Not before the new one is there: what was there before may be among them.
      await sweepAtomicFolders(target);
    },
    async [Symbol.asyncDispose]() {
      used?.[Symbol.dispose]();
      await Deno.remove(temporaryPath, { recursive: true }).catch(() => {});
    },
  };
}

/** Removes the temporary folders for a target whose lock is free: their process is gone. */
export async function sweepAtomicFolders(target: string): Promise<void> {
  const folder = dirname(target);
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory || !isTemporary(name, basename(target))) continue;
    await removeUnused(join(folder, name), () => Promise.resolve(false));
  }
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
