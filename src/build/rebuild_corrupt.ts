import { IntegrityError } from "../bytes/mod.ts";
import { forgetLayer } from "../image/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { Session } from "./session.ts";

/** Writes an image. When a layer of the cache turns out to be corrupt, it is rebuilt, once. */
export async function rebuildCorrupt<Result>(
  plan: Plan,
  { cache, context: { reporter } }: Pick<Session, "cache" | "context">,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    reporter.warn("a layer in the cache is corrupt, it is rebuilt");
    for (const layer of plan.layers) await forgetLayer(layer, cache);
    return await write();
  }
}
