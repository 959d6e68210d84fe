import { withBlobFailures } from "../base/mod.ts";
import { IntegrityError } from "../bytes/mod.ts";
import { layerFailure } from "../cache_image/mod.ts";
import { forgetLayer } from "../image/mod.ts";
import { isTaken, type Plan } from "../plan/mod.ts";
import { MissingBlobError } from "../store/mod.ts";
import type { Prepared } from "./prepare_build.ts";
import type { Session } from "./session.ts";

/**
 * Writes an image. When a layer of the cache, or one of a cache image that can be packed here, turns
 * out to be corrupt or missing, it is rebuilt, once.
 *
 * @param write The second time it is told to take no layers of other images.
 * @throws {Failure} naming the layer when one cannot be rebuilt.
 */
export async function writeSound<Written>(
  prepared: Prepared,
  session: Pick<Session, "cache" | "context">,
  write: (prepared: Prepared) => Promise<Written>,
): Promise<Written> {
  const { plan, inputs } = prepared;
  return await withTakenLayerFailures(plan, async () => {
    try {
      return await write(prepared);
    } catch (error) {
      await forgetCorrupt(error, plan, session);
      return await write({ ...prepared, inputs: { ...inputs, cacheImages: [] } });
    }
  });
}

/** @throws The error itself when it is of nothing that can be rebuilt. */
async function forgetCorrupt(
  error: unknown,
  { layers, base }: Plan,
  { cache, context: { reporter } }: Pick<Session, "cache" | "context">,
): Promise<void> {
  const digest = blobOf(error);
  const isGone = error instanceof MissingBlobError;
  const isOf = ({ descriptor }: { readonly descriptor: { readonly digest: string } }) =>
    descriptor.digest === digest;
  const isTheirs = layers.some((layer) => isTaken(layer) && isOf(layer.published)) ||
    isGone && base.layers.some(isOf);
  if (digest === undefined || isTheirs) throw error;
  reporter.warn(`a layer in the cache is ${isGone ? "missing" : "corrupt"}, it is rebuilt`);
  for (const layer of layers) await forgetLayer(layer, cache);
}

/** Runs what writes an image, and says which layer that it takes is missing or damaged. */
async function withTakenLayerFailures<Result>(
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
function blobOf(error: unknown): string | undefined {
  if (error instanceof MissingBlobError) return error.digest;
  return error instanceof IntegrityError ? `sha256:${error.expected.sha256}` : undefined;
}
