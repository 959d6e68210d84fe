import { type BlobOptions, isDigest, MEDIA_TYPES } from "../oci/mod.ts";
import { type BlobCache, MissingBlobError } from "../store/mod.ts";
import { areFactsOf } from "./base_facts.ts";
import { baseLayers } from "./base_layer.ts";
import { findManifest } from "./find_manifest.ts";

/**
 * Compares what a cache keeps of a base image with its layers, where the cache has all of them: it has
 * none of bases that are on this machine.
 *
 * @param hex Of the manifest's digest.
 * @returns What is wrong.
 */
export async function verifyKeptFacts(
  { hex, value }: { readonly hex: string; readonly value: unknown },
  cache: BlobCache,
  options: BlobOptions = {},
): Promise<string | undefined> {
  const digest = `sha256:${hex}`;
  if (!isDigest(digest)) return "its name is no digest";
  const file = await cache.file(digest);
  if (file === undefined) return undefined;
  const name = digest;
  const root = { mediaType: MEDIA_TYPES.manifest, digest, size: file.size };
  const origin = { referenceName: name, roots: [root], isPublished: true, blobs: cache } as const;
  try {
    const { manifest, config } = await findManifest(origin, { name, ...options });
    const layers = baseLayers(manifest, { name, config });
    const isSame = await areFactsOf(value, layers, { name, blobs: cache, ...options });
    return isSame ? undefined : "it is not what the base's layers hold";
  } catch (error) {
    if ((error as Error).cause instanceof MissingBlobError) return undefined;
    throw error;
  }
}
