import { lstat, readdir, rm, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { IntegrityError } from "../bytes/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { makeFolder, readFileBytes, sweepTemporaries, writeFileAtomic } from "../files/mod.ts";
import type { BlobFile, BlobOptions, Descriptor, Digest } from "../oci/mod.ts";
import { BlobFolder, type BlobWriter } from "./blob_folder.ts";
import { CACHE_ELSEWHERE, markCache } from "./cache_marker.ts";
import { decodeFact, encodeFact } from "./fact_form.ts";

/** Nobody is to change a blob in place. */
const BLOB_MODE = 0o444;
/** What a power cut damages is found when it is read, and made or fetched again. */
const CACHE_FILE = { durable: false, ...CACHE_ELSEWHERE };
const FACT_LIMIT = 256 * 1024 * 1024;

/**
 * The cache folder: `blobs/sha256/<hex>`, and `facts/<kind>/<key>.json` for what was learned of
 * them. Safe for many processes and containers at once, for everything appears whole or not at all;
 * all of it can be removed at any time.
 */
export class BlobCache extends BlobFolder {
  #marking: Promise<void> | undefined;

  constructor(path: string) {
    super(path, { mode: BLOB_MODE, ...CACHE_FILE });
  }

  override async begin(): Promise<BlobWriter> {
    await this.#mark();
    const blob = await super.begin();
    return {
      ...blob,
      commit: async (digest) => {
        await removeFolder(this.pathOf(digest));
        await blob.commit(digest);
      },
    };
  }

  /** As every store's; a blob that turns out to be damaged is removed, so that it is fetched again. */
  override async open(
    descriptor: Descriptor,
    options: BlobOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const bytes = await super.open(descriptor, options);
    const path = this.pathOf(descriptor.digest);
    const remove = () => this.remove(descriptor.digest);
    async function* removing(): AsyncGenerator<Uint8Array> {
      try {
        yield* bytes;
      } catch (error) {
        if (error instanceof IntegrityError) await remove();
        throw isSystemError(error) ? unreadable(path, error) : error;
      }
    }
    return ReadableStream.from(removing());
  }

  override async file(digest: Digest): Promise<BlobFile | undefined> {
    try {
      return await super.file(digest);
    } catch (error) {
      if (isSystemError(error)) return undefined;
      throw error;
    }
  }

  /** Removes a blob that is not what its name says. */
  protected async remove(digest: Digest): Promise<void> {
    await rm(this.pathOf(digest), { force: true });
  }

  /**
   * What was kept under the key; `undefined` when nothing was, or when what is there is not what was
   * written.
   */
  async readFact(kind: string, key: string): Promise<unknown> {
    const path = this.#factPath(kind, key);
    try {
      const bytes = await readFileBytes(path, { limit: FACT_LIMIT });
      const fact = decodeFact({ kind, key }, bytes);
      await this.noteUse(path);
      return fact;
    } catch (error) {
      const isForm = error instanceof SyntaxError || error instanceof RangeError;
      if (isForm || isSystemError(error)) return undefined;
      throw error;
    }
  }

  /** A fact's time is when it was last of use: few file systems tell when a file was read. */
  protected async noteUse(path: string): Promise<void> {
    const now = new Date();
    await utimes(path, now, now).catch(() => {});
  }

  /** Keeps a value that JSON can hold, in place of what was kept under the key. */
  async writeFact(kind: string, key: string, value: unknown): Promise<void> {
    const path = this.#factPath(kind, key);
    await this.#mark();
    await makeFolder(dirname(path), CACHE_ELSEWHERE);
    await removeFolder(path);
    await writeFileAtomic(path, encodeFact({ kind, key }, value), CACHE_FILE);
  }

  /** Forgets what was kept under the key. */
  async removeFact(kind: string, key: string): Promise<void> {
    await rm(this.#factPath(kind, key), { force: true });
  }

  /** In all its folders, those of others too that keep something in the cache. */
  override async sweep(): Promise<void> {
    for (const folder of await foldersIn(this.path)) await sweepTemporaries(folder);
  }

  /** Before anything is written. */
  async #mark(): Promise<void> {
    await (this.#marking ??= markCache(this.path));
  }

  #factPath(kind: string, key: string): string {
    for (const name of [kind, key]) {
      if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
        throw new RangeError(`expected a name of a-z, 0-9 and "-", found "${name}"`);
      }
    }
    return join(this.path, "facts", kind, `${key}.json`);
  }
}

/** What the system does not let us read is as good as not there. */
function isSystemError(error: unknown): boolean {
  return /^E[A-Z0-9]+$/.test(String((error as { code?: unknown }).code));
}

function unreadable(path: string, cause: unknown): Failure {
  const message = `failed to read "${path}": ${messageOf(cause)}, ${CACHE_ELSEWHERE.otherwise}`;
  return new Failure("output/unwritable", message, { cause });
}

/** A folder in a file's place gives way: all that is here can be made again. */
async function removeFolder(path: string): Promise<void> {
  const facts = await lstat(path).catch(() => undefined);
  if (facts?.isDirectory()) await rm(path, { recursive: true, force: true });
}

/** The folder, and those below it. */
async function foldersIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory());
  const deeper = await Promise.all(below.map(({ name }) => foldersIn(join(path, name))));
  return [path, ...deeper.flat()];
}
