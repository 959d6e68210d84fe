import { dirname } from "node:path";
import { renameWithRetry } from "./rename.ts";
import { syncFolder } from "./sync.ts";
import { temporaryPathOf } from "./temporary.ts";
import { writeFailure, writing, type WritingOptions } from "./write_failure.ts";

/** A file that appears whole or not at all: write, fsync, rename, fsync of its folder. */
export interface AtomicFile extends AsyncDisposable {
  /** Where the bytes are until they are committed: beside the target, so that the rename is atomic. */
  readonly temporaryPath: string;
  /** Adds the bytes at the end. Returns when they are in the page cache. */
  write(bytes: Uint8Array): void;
  /**
   * Has the disk begin with what was written, so that `commit` waits less. Need not be waited for;
   * nothing fails here.
   */
  flushAhead(): Promise<void>;
  /** What the user is to know of an error that the system met while somebody else wrote the bytes. */
  failure(error: unknown): unknown;
  /** Waits until the disk has all bytes, so that nothing but the name is left to `commit`. */
  seal(): Promise<void>;
  /** Makes the file appear, under its name or another of the same file system, and last. */
  commit(path?: string): Promise<void>;
}

/** Options of {@linkcode createAtomicFile}. */
export interface AtomicFileOptions extends WritingOptions {
  /** Permission bits of the finished file, 0644 by default. */
  readonly mode?: number;
  /**
   * Whether it must survive a power cut once it has appeared, true by default. False saves waiting
   * for the disk, for files that are verified when they are used and can be made again.
   */
  readonly durable?: boolean;
  /** Once it is aborted, `commit` throws its reason, also when the disk was what it waited for. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Begins a file that will be at `path`. What was there stays until `commit`. Use with `await using`:
 * leaving the scope without a commit removes the temporary file.
 *
 * The temporary file is locked while it is written: one whose lock is free has lost its process.
 *
 * @throws {Failure} when the system refuses it, here and in all that the file does.
 */
export async function createAtomicFile(
  path: string,
  { mode = 0o644, durable = true, signal, otherwise }: AtomicFileOptions = {},
): Promise<AtomicFile> {
  const folder = dirname(path);
  const temporaryPath = temporaryPathOf(path);
  const file = await writing(folder, () => createLocked(temporaryPath, mode), { otherwise });
  let open = true;
  let sealed = false;
  let flushing: Promise<void> | undefined;

  async function seal(): Promise<void> {
    if (sealed) return;
    await writing(folder, async () => {
      await flushing;
      if (durable) await file.sync();
      sealed = true;
    }, { otherwise });
  }

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    await flushing;
    file.close();
  }

  return {
    temporaryPath,
    write(bytes) {
      sealed = false;
      try {
        for (let offset = 0; offset < bytes.length;) {
          offset += file.writeSync(offset === 0 ? bytes : bytes.subarray(offset));
        }
      } catch (error) {
        throw writeFailure(error, folder, { otherwise });
      }
    },
    failure: (error) => writeFailure(error, folder, { otherwise }),
    async flushAhead() {
      if (!durable) return;
      flushing ??= file.syncData().catch(() => {
        // `commit` syncs again and is the one to report it.
      }).finally(() => flushing = undefined);
      await flushing;
    },
    seal,
    async commit(finalPath = path) {
      await seal();
      await writing(dirname(finalPath), async () => {
        signal?.throwIfAborted();
        // Windows renames no open file.
        if (Deno.build.os === "windows") await close();
        else if ((mode & OWNER_WRITES) === 0) await makeReadOnly(temporaryPath);
        await renameWithRetry(temporaryPath, finalPath);
        await close();
        if (durable) await syncFolder(dirname(finalPath));
      }, { otherwise });
    },
    async [Symbol.asyncDispose]() {
      if (!open) return;
      await close();
      await Deno.remove(temporaryPath).catch(() => {});
    },
  };
}

const OWNER_WRITES = 0o200;

/**
 * Until then others of this process, its workers, open the file to write it. Some file systems keep no
 * modes and refuse to change them: the file is as good without.
 */
async function makeReadOnly(path: string): Promise<void> {
  const { mode } = await Deno.stat(path);
  await Deno.chmod(path, mode! & 0o777 & ~OWNER_WRITES).catch(() => {});
}

/** Writes a whole file atomically. */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array,
  options: AtomicFileOptions = {},
): Promise<void> {
  await using file = await createAtomicFile(path, options);
  file.write(bytes);
  await file.commit();
}

/** Again when somebody's sweep took the new file for a stale one, between its creation and its lock. */
async function createLocked(path: string, mode: number): Promise<Deno.FsFile> {
  for (;;) {
    const file = await Deno.open(path, { write: true, createNew: true, mode: mode | OWNER_WRITES });
    try {
      await file.tryLock(true);
    } catch {
      return file; // A file system without locks: nothing is swept there either.
    }
    if (Deno.build.os === "windows" || (await file.stat()).nlink !== 0) return file;
    file.close();
  }
}
