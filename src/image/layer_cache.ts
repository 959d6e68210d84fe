import { stat } from "node:fs/promises";
import { type Descriptor, isDigest, isObject } from "../oci/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import type { WrittenLayer } from "./write_layer.ts";

const KIND = "layers";

/**
 * Layers that were written before, by the key of their plan. What is kept of a file's size, time and
 * inode must hold, else it is not the file that was written. Its bytes are hashed where they are
 * copied, not here.
 */
export class LayerCache {
  readonly #cache: BlobCache;

  constructor(cache: BlobCache) {
    this.#cache = cache;
  }

  async find(key: string): Promise<WrittenLayer | undefined> {
    const fact = await this.#cache.readFact(KIND, key);
    if (!isKept(fact)) return undefined;
    const file = await this.#identify(fact.layer.descriptor);
    return file === fact.file ? fact.layer : undefined;
  }

  async keep(key: string, layer: WrittenLayer): Promise<void> {
    const file = await this.#identify(layer.descriptor);
    await this.#cache.writeFact(KIND, key, { layer, file } satisfies Kept);
  }

  async forget(key: string): Promise<void> {
    await this.#cache.removeFact(KIND, key);
  }

  async #identify({ digest }: Descriptor): Promise<string | undefined> {
    const facts = await stat(this.#cache.pathOf(digest)).catch(() => undefined);
    return facts && `${facts.size} ${facts.mtimeMs} ${facts.ino}`;
  }
}

interface Kept {
  readonly layer: WrittenLayer;
  readonly file: string | undefined;
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value) || typeof value.file !== "string" || !isObject(value.layer)) return false;
  const { descriptor, diffId, tarSize } = value.layer;
  return isObject(descriptor) && isDigest(descriptor.digest) && isDigest(diffId) &&
    typeof descriptor.mediaType === "string" && typeof descriptor.size === "number" &&
    typeof tarSize === "number";
}
