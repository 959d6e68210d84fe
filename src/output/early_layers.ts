import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type AtomicFile, createAtomicFile, makeFolder, sweepTemporaries } from "../files/mod.ts";
import type { Digest } from "../oci/mod.ts";
import type { BlobFolder, BlobWriter } from "../store/mod.ts";

/**
 * Layers that are written where the image is going to be while they are packed: the disk has most of
 * them when they are whole, and nothing need be copied. A layout gets them with its image, not before.
 */
export class EarlyLayers implements AsyncDisposable {
  readonly #folder: string;
  readonly #kept = new Map<Digest, AtomicFile>();

  /** @param folder The layout's, which need not be there. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins a layer. Nothing where no file can be made: then it is copied later, or that fails. */
  async begin(): Promise<BlobWriter | undefined> {
    const parent = dirname(this.#folder);
    const isThere = await stat(this.#folder).then(() => true, () => false);
    const path = isThere ? join(this.#folder, "blob") : join(parent, basename(this.#folder));
    await sweepTemporaries(parent);
    const file = await createAtomicFile(path).catch(() => undefined);
    return file && {
      temporaryPath: file.temporaryPath,
      write: (bytes) => file.write(bytes),
      flushAhead: () => file.flushAhead(),
      commit: (digest) => this.#keep(digest, file),
      [Symbol.asyncDispose]: async () => {
        if (![...this.#kept.values()].includes(file)) await file[Symbol.asyncDispose]();
      },
    };
  }

  /** Moves a layer into the layout; false when it was not written early. */
  async place(digest: Digest, layout: BlobFolder): Promise<boolean> {
    const file = this.#kept.get(digest);
    if (file === undefined) return false;
    this.#kept.delete(digest);
    await using _file = file;
    const path = layout.pathOf(digest);
    await makeFolder(dirname(path));
    // The layout may be on another file system than the folder above it.
    return await file.commit(path).then(() => true, () => false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#kept.values()) await file[Symbol.asyncDispose]();
    this.#kept.clear();
  }

  async #keep(digest: Digest, file: AtomicFile): Promise<void> {
    await this.#kept.get(digest)?.[Symbol.asyncDispose]();
    this.#kept.set(digest, file);
  }
}
