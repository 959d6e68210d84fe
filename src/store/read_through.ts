import { collect, IntegrityError, streamOf } from "../bytes/mod.ts";
import type { BlobFile, BlobOptions, BlobStore, Descriptor, Digest } from "../oci/mod.ts";
import { MissingBlobError } from "./missing_blob.ts";

/** The part of a store that reads. */
export type ReadableBlobs = Pick<BlobStore, "has" | "open" | "file">;

/** Several stores as one: blobs come from the first that has them, and are put into the first. */
export function firstOf(...stores: readonly [BlobStore, ...ReadableBlobs[]]): BlobStore {
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
 * first opened, and read from there ever after. A small one that is damaged there is fetched again.
 */
export function cachedIn(cache: BlobStore, far: ReadableBlobs): BlobStore {
  const fetch = async (descriptor: Descriptor, options?: BlobOptions) => {
    if (await cache.has(descriptor.digest)) return;
    await cache.put(await far.open(descriptor, options), descriptor.mediaType, signalOf(options));
  };
  return {
    ...firstOf(cache, far),
    async open(descriptor, options) {
      await fetch(descriptor, options);
      const stream = await cache.open(descriptor, signalOf(options));
      if (descriptor.size > LARGEST_DOCUMENT) return stream;
      try {
        return streamOf(await collect(stream, LARGEST_DOCUMENT));
      } catch (error) {
        if (!(error instanceof IntegrityError) || await cache.has(descriptor.digest)) throw error;
        // It was damaged, and is not there any more.
        await fetch(descriptor, options);
        return await cache.open(descriptor, signalOf(options));
      }
    },
  };
}

/** In bytes. A manifest or a config is found to be damaged before its bytes are given away. */
const LARGEST_DOCUMENT = 4 * 1024 * 1024;

/** Without the progress, which the fetching has told. */
function signalOf(options: BlobOptions | undefined): BlobOptions {
  return options?.signal === undefined ? {} : { signal: options.signal };
}
