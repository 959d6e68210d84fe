import { setTimeout } from "node:timers/promises";
import { Failure } from "../failure/mod.ts";
import { openFile } from "./read.ts";

/** Options of {@linkcode withFileLock}. */
export interface FileLockOptions {
  readonly signal?: AbortSignal;
  /** Called once when somebody else holds the lock. */
  readonly onWait?: () => void;
}

const POLL_MILLISECONDS = 25;

/**
 * Runs `work` while no other process that asks for the same file's lock does. The lock is the
 * kernel's: it works across containers that share the folder, and ends with its owner. The file is
 * made when it is missing, and stays.
 *
 * @throws The signal's reason when it is aborted while waiting.
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { signal, onWait }: FileLockOptions = {},
): Promise<Result> {
  using file = await openLockFile(path);
  let waited = false;
  while (!await file.tryLock(true)) {
    if (!waited) onWait?.();
    waited = true;
    await pause(signal);
  }
  signal?.throwIfAborted();
  return await work();
}

/**
 * Holds the file's lock together with others who share it, until it is disposed; {@linkcode
 * withFileLock} waits for all of them, and they for it.
 */
export async function shareFileLock(path: string): Promise<Disposable> {
  const file = await openLockFile(path);
  try {
    await file.lock(false);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Whether somebody holds the file's lock alone at this moment; `undefined` when that cannot be known.
 * It is asked for shared, without waiting, and released at once. The file is not made.
 */
export async function isLockedAlone(path: string): Promise<boolean | undefined> {
  try {
    using file = await Deno.open(path, { read: true });
    return !await file.tryLock(false);
  } catch {
    return undefined;
  }
}

/** Node's timer rejects with an error of its own: the reason is its cause. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(POLL_MILLISECONDS, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** A lock needs no right to write: the owner of a shared folder may be somebody else. */
async function openLockFile(path: string): Promise<Deno.FsFile> {
  try {
    return await openFile(path);
  } catch (error) {
    if (error instanceof RangeError) {
      const message = `failed to lock "${path}": ${error.message}, remove it`;
      throw new Failure("output/unwritable", message, { cause: error });
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return await Deno.open(path, { read: true, write: true, create: true, mode: 0o666 });
  }
}
