import { forgetLayer } from "../image/mod.ts";
import { isTaken, type Plan } from "../plan/mod.ts";
import { MissingBlobError } from "../store/mod.ts";
import { blobOf } from "./blob_failure.ts";
import type { Session } from "./session.ts";

/**
 * Writes an image. When a layer of the cache, or one of a cache image that can be packed here, turns
 * out to be corrupt or missing, it is rebuilt, once.
 *
 * @param write Told whether it is the second time, when nothing is taken that can be packed.
 */
export async function rebuildCorrupt<Result>(
  plan: Plan,
  { cache, context: { reporter } }: Pick<Session, "cache" | "context">,
  write: (isAgain: boolean) => Promise<Result>,
): Promise<Result> {
  try {
    return await write(false);
  } catch (error) {
    const digest = blobOf(error);
    const isGone = error instanceof MissingBlobError;
    const isOf = ({ descriptor }: { readonly descriptor: { readonly digest: string } }) =>
      descriptor.digest === digest;
    const isTheirs = plan.layers.some((layer) => isTaken(layer) && isOf(layer.published)) ||
      isGone && plan.base.layers.some(isOf);
    if (digest === undefined || isTheirs) throw error;
    reporter.warn(`a layer in the cache is ${isGone ? "missing" : "corrupt"}, it is rebuilt`);
    for (const layer of plan.layers) await forgetLayer(layer, cache);
    return await write(true);
  }
}
