import type { BlobFile, BlobOptions, BlobStore, Descriptor, Digest } from "../oci/mod.ts";
import { MissingBlobError } from "./missing_blob.ts";

/** The part of a store that reads. */
export type BlobSource = Pick<BlobStore, "has" | "open" | "file">;

/** Several stores as one: blobs come from the first that has them, and are put into the first. */
export function firstOf(...stores: readonly [BlobStore, ...BlobSource[]]): BlobStore {
  const find = async (digest: Digest, options?: BlobOptions) => {
    for (const store of stores) if (await store.has(digest, options)) return store;
    return undefined;
  };
  return {
    async has(digest, options) {
      return await find(digest, options) !== undefined;
    },
    async open(descriptor, options) {
      const store = await find(descriptor.digest, options);
      if (store === undefined) throw new MissingBlobError(descriptor.digest);
      return await store.open(descriptor, options);
    },
    put: (bytes, mediaType, options) => stores[0].put(bytes, mediaType, options),
    async file(digest): Promise<BlobFile | undefined> {
      const store = await find(digest);
      return await store?.file?.(digest);
    },
  };
}

/**
 * A store that is far away, with a cache in front: a blob is fetched whole into the cache when it is
 * first opened, and read from there ever after.
 */
export function cachedIn(cache: BlobStore, far: BlobSource): BlobStore {
  const fetch = async (descriptor: Descriptor, options?: BlobOptions) => {
    if (await cache.has(descriptor.digest)) return;
    await cache.put(await far.open(descriptor, options), descriptor.mediaType, signalOf(options));
  };
  return {
    ...firstOf(cache, far),
    async open(descriptor, options) {
      await fetch(descriptor, options);
      return await cache.open(descriptor, signalOf(options));
    },
  };
}

/** Without the progress, which the fetching has told. */
function signalOf(options: BlobOptions | undefined): BlobOptions {
  return options?.signal === undefined ? {} : { signal: options.signal };
}
