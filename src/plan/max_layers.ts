import { Failure } from "../failure/mod.ts";

/** What engines allow in one image: https://github.com/moby/moby/blob/v28.0.0/layer/layer_store.go (`maxLayerDepth`) */
export const MOST_LAYERS = 125;
/** Of ours, besides the environment's: rcc's and the robot's. */
const OTHER_LAYERS = 2;

/**
 * How many layers the environment may have on a base.
 *
 * @throws {Failure} when the base leaves no room for a single one.
 */
export function maxLayersOn(base: { readonly layers: readonly unknown[] }, asked: number): number {
  const room = MOST_LAYERS - OTHER_LAYERS - base.layers.length;
  if (room >= 1) return Math.min(asked, room);
  throw new Failure(
    "base/layer",
    `failed to build on a base of ${base.layers.length} layers: engines allow ${MOST_LAYERS} in all ` +
      `and ours are ${OTHER_LAYERS + 1}, use a base of fewer layers`,
  );
}
