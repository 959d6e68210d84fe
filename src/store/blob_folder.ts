import type { Stats } from "node:fs";
import { chmod, lstat, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { IntegrityError, Measure } from "../bytes/mod.ts";
import {
  copyFile,
  createAtomicFile,
  linkFile,
  makeFolder,
  mayLink,
  sweepTemporaries,
  syncFileData,
  syncFolder,
  writing,
  type WritingOptions,
} from "../files/mod.ts";
import {
  type BlobFile,
  type BlobOptions,
  type BlobStore,
  type Descriptor,
  type Digest,
  hexOf,
  measuredDigest,
} from "../oci/mod.ts";
import { MissingBlobError } from "./missing_blob.ts";
import { watched } from "./verified.ts";
import { verifiedChunks } from "./verified_chunks.ts";

/** How much is written before the disk is told to begin. */
const FLUSH_BYTES = 16 * 1024 * 1024;

/** In permission bits: somebody may change the file. */
const MAY_WRITE = 0o222;

/** A blob that is being written; it is kept under its name by `commit` alone. */
export interface BlobWriter extends AsyncDisposable {
  readonly temporaryPath: string;
  /** Adds the bytes at the end. */
  write(bytes: Uint8Array): void;
  /** Has the disk begin with what was written; need not be waited for. */
  flushAhead(): Promise<void>;
  /** What the user is to know of an error that the system met while somebody else wrote the bytes. */
  failure(error: unknown): unknown;
  commit(digest: Digest): Promise<void>;
}

/** A blob whose bytes are there; it is kept under its name by `commit` alone. */
export type BlobCopy = Pick<BlobWriter, "commit"> & AsyncDisposable;

/** Options of {@linkcode BlobFolder}. */
export interface BlobFolderOptions extends WritingOptions {
  /** Permission bits of the blobs, 0644 by default. */
  readonly mode?: number;
  /** Whether blobs must survive a power cut, true by default. */
  readonly durable?: boolean;
}

/** Blobs as files `blobs/sha256/<64 hex digits>` of a folder, which is made when it is needed. */
export class BlobFolder implements BlobStore {
  /** What holds `blobs`. */
  readonly path: string;
  readonly #file: WritingOptions & { readonly mode: number; readonly durable: boolean };
  /** What the files were that were written here, to tell when they are no longer that. */
  readonly #written = new Map<Digest, string>();

  constructor(path: string, { mode = 0o644, durable = true, otherwise }: BlobFolderOptions = {}) {
    this.path = path;
    this.#file = { mode, durable, otherwise };
  }

  async has(digest: Digest): Promise<boolean> {
    return await this.file(digest) !== undefined;
  }

  async open(
    descriptor: Descriptor,
    options: BlobOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const file = await this.file(descriptor.digest);
    if (file === undefined) throw new MissingBlobError(descriptor.digest);
    return ReadableStream.from(verifiedChunks(file, descriptor, options));
  }

  async put(
    bytes: ReadableStream<Uint8Array>,
    mediaType: string,
    options: BlobOptions = {},
  ): Promise<Descriptor> {
    await using file = await this.begin();
    const measure = new Measure();
    let waiting = 0;
    for await (const chunk of watched(bytes, options)) {
      measure.update(chunk);
      file.write(chunk);
      waiting += chunk.length;
      if (waiting < FLUSH_BYTES) continue;
      file.flushAhead();
      waiting = 0;
    }
    const measurement = measure.finish();
    const digest = measuredDigest(measurement);
    await file.commit(digest);
    return { mediaType, digest, size: measurement.size };
  }

  /** Begins a blob whose name is known when all its bytes have been written. */
  async begin(): Promise<BlobWriter> {
    const folder = this.#folder;
    await makeFolder(folder, this.#file);
    const file = await createAtomicFile(join(folder, "blob"), this.#file);
    return {
      temporaryPath: file.temporaryPath,
      write: (bytes) => file.write(bytes),
      flushAhead: () => file.flushAhead(),
      failure: (error) => file.failure(error),
      commit: async (digest) => {
        await file.commit(this.pathOf(digest));
        this.#written.set(digest, identityOf(await stat(this.pathOf(digest))));
      },
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  }

  /** Adds a blob that lies in a file. @throws {IntegrityError} when it is not the blob. */
  async addFile(
    source: BlobFile,
    descriptor: Descriptor,
    options: BlobOptions = {},
  ): Promise<void> {
    await using file = await this.beginCopy(source, descriptor, options);
    await file.commit(descriptor.digest);
  }

  /**
   * Begins a blob with all the bytes of one that lies in a file, which is verified unless it is fresh.
   * A read-only file gets another name where the system allows it; others are copied.
   *
   * @throws {IntegrityError} when it is not the blob.
   */
  async beginCopy(
    source: BlobFile,
    descriptor: Descriptor,
    options: BlobOptions = {},
  ): Promise<BlobCopy> {
    const verified = () =>
      source.isFresh === true
        ? Promise.resolve(options.onProgress?.(source.size))
        : verify(source, descriptor, options);
    if (source.isReadOnly !== true || !await mayLink(dirname(source.path), this.#folder)) {
      return await this.#beginBytes(source, verified);
    }
    await verified();
    if (this.#file.durable) await this.#writing(() => syncFileData(source.path));
    return {
      commit: async (digest) => {
        if (await this.#link(source, digest)) return;
        await using copy = await this.#beginBytes(source, () => Promise.resolve());
        await copy.commit(digest);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  async #link({ path }: BlobFile, digest: Digest): Promise<boolean> {
    await makeFolder(this.#folder, this.#file);
    if (!await linkFile(path, this.pathOf(digest))) return false;
    await this.#writing(async () => {
      if (this.#file.durable) await syncFolder(this.#folder);
      this.#written.set(digest, identityOf(await stat(this.pathOf(digest))));
    });
    return true;
  }

  async #writing<Result>(work: () => Promise<Result>): Promise<Result> {
    return await writing(this.#folder, work, this.#file);
  }

  /** By reflink where the file system can, else in the kernel, while it is verified. */
  async #beginBytes(source: BlobFile, verified: () => Promise<void>): Promise<BlobCopy> {
    await using begun = new AsyncDisposableStack();
    const file = begun.use(await this.begin());
    const { mode } = await stat(file.temporaryPath);
    const copied = copyFile(source.path, file.temporaryPath);
    const copying = this.#file.durable ? flushDuring(copied, file) : copied;
    const [copy, check] = await Promise.allSettled([copying, verified()]);
    if (check.status === "rejected") throw check.reason;
    if (copy.status === "rejected") await this.#writing(() => Promise.reject(copy.reason));
    // A copy has the mode of what it was copied from, where the file system keeps modes at all.
    await chmod(file.temporaryPath, mode & 0o777).catch(() => {});
    begun.move();
    return file;
  }

  /**
   * Whether the blob is there, as a file of the folder's own with the right bytes: what is to be used
   * again may have been cut, changed or replaced by a link.
   */
  async isWhole(descriptor: Descriptor, options: BlobOptions = {}): Promise<boolean> {
    const path = this.pathOf(descriptor.digest);
    const facts = await lstat(path).catch(() => undefined);
    if (!facts?.isFile() || facts.size !== descriptor.size) return false;
    if (this.#written.get(descriptor.digest) === identityOf(facts)) return true;
    try {
      await verify({ path, offset: 0, size: facts.size }, descriptor, options);
      return true;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof IntegrityError || error instanceof RangeError) return false;
      // One that cannot be read is put anew; that says what the system refuses.
      if (typeof (error as { code?: unknown }).code === "string") return false;
      throw error;
    }
  }

  /** Removes what processes that are gone have left half-written. */
  async sweep(): Promise<void> {
    await sweepTemporaries(this.#folder);
  }

  async file(digest: Digest): Promise<BlobFile | undefined> {
    const path = this.pathOf(digest);
    try {
      const found = await stat(path);
      if (!found.isFile()) return undefined;
      const isFresh = this.#written.get(digest) === identityOf(found);
      const isReadOnly = ((this.#file.mode | found.mode) & MAY_WRITE) === 0;
      const file = { path, offset: 0, size: found.size, isFresh };
      return isReadOnly ? { ...file, isReadOnly } : file;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
      throw error;
    }
  }

  /** Where the blob is or would be. */
  pathOf(digest: Digest): string {
    return join(this.#folder, hexOf(digest));
  }

  get #folder(): string {
    return join(this.path, "blobs", "sha256");
  }
}

/** Has the disk begin while others still write the file. Each flush takes as long as there is to write. */
async function flushDuring(writing: Promise<void>, file: BlobWriter): Promise<void> {
  let isWritten = false;
  const written = writing.finally(() => isWritten = true);
  written.catch(() => {}); // It is waited for in the end.
  while (!isWritten) {
    await file.flushAhead();
    await setImmediate();
  }
  await written;
}

function identityOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

async function verify(
  file: BlobFile,
  descriptor: Descriptor,
  options: BlobOptions,
): Promise<void> {
  for await (const _ of verifiedChunks(file, descriptor, { ...options, reuse: true }));
}
