import { withBlobFailures } from "../base/mod.ts";
import { IntegrityError } from "../bytes/mod.ts";
import { layerFailure } from "../cache_image/mod.ts";
import { isTaken, type Plan } from "../plan/mod.ts";
import { MissingBlobError } from "../store/mod.ts";

/** Runs what writes an image, and says which layer that it takes is missing or damaged. */
export async function withTakenLayerFailures<Result>(
  { base: { name, layers: ofBase }, layers }: Plan,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const digest = blobOf(error);
    for (const layer of layers) {
      if (!isTaken(layer) || layer.published.descriptor.digest !== digest) continue;
      throw layerFailure(layer.published, error) ?? error;
    }
    const layer = ofBase.find(({ descriptor }) => descriptor.digest === digest);
    if (layer === undefined) throw error;
    const failed = { name, digest: layer.descriptor.digest };
    return await withBlobFailures(failed, () => Promise.reject(error));
  }
}

/** Which blob is missing or damaged. */
export function blobOf(error: unknown): string | undefined {
  if (error instanceof MissingBlobError) return error.digest;
  return error instanceof IntegrityError ? `sha256:${error.expected.sha256}` : undefined;
}
