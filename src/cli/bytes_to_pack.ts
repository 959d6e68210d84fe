import { findCached } from "../image/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { BlobCache } from "../store/mod.ts";

/** About how many bytes of tar are to be packed, to show how far it has come. */
export async function bytesToPack(plan: Plan, cache: BlobCache): Promise<number> {
  let bytes = 0;
  for (const layer of plan.layers) {
    if (await findCached(layer, cache) === undefined) bytes += layer.size;
  }
  return bytes;
}
