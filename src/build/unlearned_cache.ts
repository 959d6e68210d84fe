import { BlobCache } from "../store/mod.ts";

/** Which digest a tag had: where no registry may be asked, nothing else says it. */
const TAGS = "tags";

/**
 * A cache whose blobs are used, for they are compared with their names, while what was learned of
 * bases, catalogs and layers is learned anew, once: who may write into a cache can forge that.
 */
export class UnlearnedCache extends BlobCache {
  /** By kind and key. */
  readonly #learned = new Map<string, unknown>();

  override async readFact(kind: string, key: string): Promise<unknown> {
    const learned = this.#learned.get(`${kind}/${key}`);
    return learned === undefined && kind === TAGS ? await super.readFact(kind, key) : learned;
  }

  override async writeFact(kind: string, key: string, value: unknown): Promise<void> {
    this.#learned.set(`${kind}/${key}`, value);
    await super.writeFact(kind, key, value);
  }
}
