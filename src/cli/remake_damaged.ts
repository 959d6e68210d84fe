import { IntegrityError } from "../bytes/mod.ts";
import { forgetLayer } from "../image/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { BuildContext } from "./seek_inputs.ts";

/** Writes an image. When a layer of the cache turns out to be damaged, it is made anew, once. */
export async function remakeDamaged<Result>(
  plan: Plan,
  { cache, context: { reporter } }: Pick<BuildContext, "cache" | "context">,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    reporter.warn("a layer in the cache was damaged, it is made anew");
    for (const layer of plan.layers) await forgetLayer(layer, cache);
    return await write();
  }
}
