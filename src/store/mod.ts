/**
 * Places of blobs on this machine: an OCI image layout, an archive, the cache, memory. All of them
 * verify what is read and name what is put by its bytes.
 *
 * ```ts
 * import { MemoryStore } from "./mod.ts";
 *
 * const store = new MemoryStore();
 * const descriptor = store.add(new TextEncoder().encode("hello\n"), "text/plain");
 * let size = 0;
 * for await (const chunk of await store.open(descriptor)) size += chunk.length;
 * console.assert(size === descriptor.size);
 * ```
 *
 * @module
 */
export { Archive, ArchiveStore } from "./archive_store.ts";
export type { BlobCopy } from "./blob_folder.ts";
export { BlobCache } from "./cache.ts";
export { type CacheFile, type CacheKind, listCacheFiles } from "./cache_files.ts";
export { cacheFolder } from "./cache_folder.ts";
export { CACHE_ELSEWHERE, requireCache } from "./cache_marker.ts";
export { clearCache, pruneCache, useCache } from "./cache_use.ts";
export { type CacheVerification, type KeptFact, verifyCache } from "./cache_verify.ts";
export { OciLayout, type OpenedLayout } from "./layout_store.ts";
export { ReadOnlyCache } from "./read_only_cache.ts";
export { MemoryStore } from "./memory_store.ts";
export { MissingBlobError } from "./missing_blob.ts";
export { cachedIn, firstOf } from "./read_through.ts";
export { type KeepOptions, unusedFiles } from "./unused_files.ts";
