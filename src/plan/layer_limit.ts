import type { Base } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";

/** As many as docker registers: https://github.com/moby/moby/blob/v28.0.0/layer/layer_store.go */
export const MOST_LAYERS = 125;
/** Of ours, besides the environment's: rcc's, the robot's, and the facts about the environment. */
const OTHER_LAYERS = 3;

/** How many layers the environment may have on a base: at least 1, though that may be too many. */
export function maxLayersOn({ layers }: Pick<Base, "layers">, asked: number): number {
  return Math.max(1, Math.min(asked, MOST_LAYERS - OTHER_LAYERS - layers.length));
}

/** @throws {Failure} when the image would have more layers than engines take. */
export function requireFewLayers({ name, layers }: Base, own: number): void {
  const count = layers.length + own;
  if (count <= MOST_LAYERS) return;
  throw new Failure(
    "base/layer",
    `failed to use base image "${name}": it has ${layers.length} layers, with the image's own ` +
      `${own} they are ${count}, engines take ${MOST_LAYERS} at most; use a base of at most ` +
      `${MOST_LAYERS - own}, such as \`buildah build --squash-all\` makes`,
  );
}
