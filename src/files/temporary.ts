import { randomUUID } from "node:crypto";
import { basename, dirname, join } from "node:path";

const MARK = ".rcc-oci.tmp";

/** A temporary file for a target, beside it: hidden, unique, and to be told from everybody else's. */
export function temporaryPathOf(target: string): string {
  return join(dirname(target), `${beginningOf(basename(target))}${randomUUID()}${MARK}`);
}

/** Whether the name is one of ours, and for that target if there is one. */
export function isTemporary(name: string, target?: string): boolean {
  return name.startsWith(target === undefined ? "." : beginningOf(target)) && name.endsWith(MARK);
}

function beginningOf(target: string): string {
  return `.${target.slice(0, 100)}.`;
}

/**
 * Removes the temporary files in the folder whose process is gone: their lock is free. Those of
 * living processes stay. A folder that does not exist has none.
 *
 * @returns The paths that were removed.
 */
export async function sweepTemporaries(folder: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of await temporaryNames(folder)) {
    const path = join(folder, name);
    if (await removeIfStale(path)) removed.push(path);
  }
  return removed;
}

async function temporaryNames(folder: string): Promise<readonly string[]> {
  try {
    const names: string[] = [];
    for await (const entry of Deno.readDir(folder)) {
      if (isTemporary(entry.name) && entry.isFile) names.push(entry.name);
    }
    return names;
  } catch (error) {
    const { code } = error as { code?: string };
    // Where nothing can be read, nothing is found; what writes there says what is wrong.
    if (code !== undefined && /^E[A-Z0-9]+$/.test(code)) return [];
    throw error;
  }
}

async function removeIfStale(path: string): Promise<boolean> {
  try {
    using file = await openOwn(path);
    if (!await file.tryLock(true)) return false;
    await Deno.remove(path);
    return true;
  } catch {
    // Gone meanwhile, somebody else's, or on a file system without locks: not ours to remove.
    return false;
  }
}

/** For writing, which locks over a network need; what is to be a read-only file is read-only at its end. */
async function openOwn(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { write: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    return await Deno.open(path, { read: true });
  }
}
