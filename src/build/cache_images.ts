import type { BaseSource } from "../base/mod.ts";
import { type CacheImage, openCacheImage } from "../cache_image/mod.ts";
import { failuresOf } from "../failure/mod.ts";
import { formatReference, type Reference } from "../oci/mod.ts";
import { missingLayers } from "../image/mod.ts";
import {
  type EnvironmentLayerPlan,
  isOfLibrary,
  type Plan,
  type PublishedLayer,
} from "../plan/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import type { Context } from "./session.ts";
import type { BuildRequest, OutputRequest } from "./request.ts";

/** The images whose layers may be taken, and why others cannot. */
export interface CacheImages {
  readonly images: readonly CacheImage[];
  /** Of those that were named. */
  readonly refusals: readonly string[];
}

/** Options of {@linkcode openCacheImages}. */
export interface OpenCacheImagesOptions {
  readonly request: Pick<BuildRequest, "environment" | "image" | "outputs">;
  readonly context: Pick<Context, "signal">;
  readonly registry: BaseSource;
}

/**
 * Opens the images of `--cache-from`, or else those that are going to be replaced by a push, as far as
 * there are any.
 */
export async function openCacheImages(
  { request: { environment: { cacheFrom }, image, outputs }, context: { signal }, registry }:
    OpenCacheImagesOptions,
): Promise<CacheImages> {
  const pushed: readonly Reference[] = outputs.push ? image.tags : [];
  const names = cacheFrom ?? pushed.map(formatReference);
  const images: CacheImage[] = [];
  const refusals: string[] = [];
  for (const name of new Set(names)) {
    try {
      images.push(await openCacheImage(name, { registry, signal }));
    } catch (error) {
      const failures = failuresOf(error);
      if (failures.length === 0) throw error;
      // A name that is pushed for the first time is no image yet.
      if (cacheFrom !== undefined) refusals.push(...failures.map(({ message }) => message));
    }
  }
  return { images, refusals };
}

/**
 * All layers that may be taken in the place of packing them, by their keys; of the first image that
 * has one. None where an SBOM is asked for: what is packed here can be listed.
 */
export function layersToTake(
  images: readonly CacheImage[],
  { sboms }: Pick<OutputRequest, "sboms">,
): ReadonlyMap<string, PublishedLayer> {
  if (sboms.length > 0) return new Map();
  return new Map(images.toReversed().flatMap(({ layers }) => [...layers]));
}

/** The layers of an environment that neither an image nor the cache has. */
export async function layersToPack(
  { layers }: Plan,
  images: readonly CacheImage[],
  { request: { outputs }, cache }: {
    readonly request: Pick<BuildRequest, "outputs">;
    readonly cache: BlobCache;
  },
): Promise<readonly EnvironmentLayerPlan[]> {
  const published = layersToTake(images, outputs);
  const own = layers.filter(isOfLibrary).filter(({ key }) => !published.has(key));
  return await missingLayers(own, cache);
}
