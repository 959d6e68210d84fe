import { stat } from "node:fs/promises";
import { IntegrityError } from "../bytes/mod.ts";
import { type BlobOptions, type Descriptor, isDigest, isObject } from "../oci/mod.ts";
import { type BlobCache, MissingBlobError } from "../store/mod.ts";
import type { WrittenLayer } from "./layer.ts";

/** Of the facts that are kept here. */
export const LAYER_FACTS = "layers";

/**
 * Layers that were written before, by the key of their plan. While what is kept of a file's size,
 * time and inode holds, it is the file that was written, and its bytes are verified where they are
 * copied. Else it may have come with a copy of the cache, as from one job of CI to the next: then
 * its bytes are hashed here, once.
 */
export class LayerCache {
  readonly #cache: BlobCache;

  constructor(cache: BlobCache) {
    this.#cache = cache;
  }

  async find(key: string, options: BlobOptions = {}): Promise<WrittenLayer | undefined> {
    const fact = await this.#cache.readFact(LAYER_FACTS, key);
    if (!isKept(fact)) return undefined;
    const { layer, file } = fact;
    if (await this.#identify(layer.descriptor) === file) return layer;
    if (!await this.#isWhole(layer.descriptor, options)) return undefined;
    await this.keep(key, layer);
    return layer;
  }

  async keep(key: string, layer: WrittenLayer): Promise<void> {
    const file = await this.#identify(layer.descriptor);
    await this.#cache.writeFact(LAYER_FACTS, key, { layer, file } satisfies Kept);
  }

  async forget(key: string): Promise<void> {
    await this.#cache.removeFact(LAYER_FACTS, key);
  }

  async #isWhole(descriptor: Descriptor, options: BlobOptions): Promise<boolean> {
    try {
      for await (const _ of await this.#cache.open(descriptor, options));
      return true;
    } catch (error) {
      if (error instanceof IntegrityError || error instanceof MissingBlobError) return false;
      throw error;
    }
  }

  async #identify({ digest }: Descriptor): Promise<string | undefined> {
    const facts = await stat(this.#cache.pathOf(digest)).catch(() => undefined);
    return facts && `${facts.size} ${facts.mtimeMs} ${facts.ino}`;
  }
}

/** The layer that a fact of the cache is about. */
export function keptLayer(fact: unknown): WrittenLayer | undefined {
  return isKept(fact) ? fact.layer : undefined;
}

interface Kept {
  readonly layer: WrittenLayer;
  readonly file: string | undefined;
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value) || typeof value.file !== "string" || !isObject(value.layer)) return false;
  const { descriptor, diffId, tarSize, checksums, programs, restored } = value.layer;
  return isObject(descriptor) && isDigest(descriptor.digest) && isDigest(diffId) &&
    typeof descriptor.mediaType === "string" && typeof descriptor.size === "number" &&
    typeof tarSize === "number" && Array.isArray(checksums) &&
    checksums.every((checksum) => typeof checksum === "number") && Array.isArray(programs) &&
    Array.isArray(restored);
}
