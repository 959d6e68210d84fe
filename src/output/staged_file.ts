import { dirname } from "node:path";
import { Failure } from "../failure/mod.ts";
import {
  createAtomicFile,
  findTarget,
  openStream,
  sweepTemporaries,
  type Target,
} from "../files/mod.ts";

/** What has been written, but for what makes it appear. Disposing leaves what was there before. */
export interface Staged extends AsyncDisposable {
  commit(): Promise<void>;
}

/** Options of {@linkcode stageFile}. */
export interface StageFileOptions {
  /** What errors call it. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Told the number of bytes of each chunk that was written. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

const FLUSH_BYTES = 64 * 1024 * 1024;

/**
 * Writes a file that appears whole when it is committed. What goes to a pipe, a device or an open
 * descriptor, `-` for standard output, is written at once: it cannot be taken back.
 *
 * @throws {Failure} when the system refuses it.
 */
export async function stageFile(
  path: string,
  bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: StageFileOptions,
): Promise<Staged> {
  const target = await findTarget(path);
  if (target.kind === "other") throw unwritable(path, options.what, `it is ${target.found}`);
  if (target.kind === "file") return await stageAtomic(target.path, bytes, options);
  await writeStream(target, bytes, { path, ...options });
  return { commit: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function stageAtomic(
  target: string,
  bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { signal, onProgress }: StageFileOptions,
): Promise<Staged> {
  await sweepTemporaries(dirname(target));
  await using begun = new AsyncDisposableStack();
  const file = begun.use(await createAtomicFile(target, { signal }));
  let unflushed = 0;
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    file.write(chunk);
    onProgress?.(chunk.length);
    unflushed += chunk.length;
    if (unflushed < FLUSH_BYTES) continue;
    file.flushAhead();
    unflushed = 0;
  }
  await file.seal();
  begun.move();
  return file;
}

async function writeStream(
  target: Target & { readonly kind: "stream" },
  bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { path, what, signal, onProgress }: StageFileOptions & { readonly path: string },
): Promise<void> {
  const writing = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (typeof code !== "string") throw error;
      throw unwritable(path, what, REASONS.get(code) ?? `the system says ${code}`, error);
    }
  };
  using closing = new DisposableStack();
  let write: (chunk: Uint8Array) => Promise<void>;
  await writing(async () => {
    const stream = closing.use(await openStream(target));
    write = (chunk) => stream.write(chunk);
  });
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    await writing(() => write(chunk));
    onProgress?.(chunk.length);
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENXIO", "nobody reads it, begin to read it first"],
  ["EPIPE", "who read it has gone, read it to its end"],
  ["ENOSPC", "no space is left, free some or name another place"],
  ["EBADF", "it is not open, name another place"],
]);

/** What an output cannot be, and why. */
export function unwritable(path: string, what: string, why: string, cause?: unknown): Failure {
  return new Failure(
    "output/unwritable",
    `failed to write ${what} "${path}": ${why}`,
    cause === undefined ? {} : { cause },
  );
}
