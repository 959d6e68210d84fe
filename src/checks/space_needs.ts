/** What is going to be written where. */
export interface SpaceNeed {
  readonly what: string;
  readonly path: string;
  readonly neededBytes: number;
}

/** What {@linkcode spaceNeeds} starts from. All sizes in bytes. */
export interface SpaceNeedsOptions {
  /** Our own layers as they are packed, and whether the cache has them from an earlier build. */
  readonly layers: readonly { readonly bytes: number; readonly isCached: boolean }[];
  readonly baseBytes: number;
  /** Of the base's layers, what is to be fetched into the cache. */
  readonly baseToFetch: number;
  readonly cachePath: string;
  /** Files and folders that hold the whole image. */
  readonly outputs: readonly ImagePlace[];
}

export interface ImagePlace {
  readonly path: string;
  /** What of the image is there already, as in a layout that has the base. */
  readonly presentBytes: number;
}

/** Manifest, config, index and the headers of an archive. */
const DESCRIPTION_BYTES = 32 * 1024;

/** How many bytes each place is going to take. */
export function spaceNeeds(
  { layers, baseBytes, baseToFetch, cachePath, outputs }: SpaceNeedsOptions,
): readonly SpaceNeed[] {
  const all = layers.reduce((sum, { bytes }) => sum + bytes, baseBytes);
  const written = layers.filter(({ isCached }) => !isCached)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    { what: "layers in the cache", path: cachePath, neededBytes: baseToFetch + written },
    ...outputs.map(({ path, presentBytes }) => ({
      what: "the image",
      path,
      neededBytes: Math.max(all - presentBytes, 0) + DESCRIPTION_BYTES,
    })),
  ];
}
