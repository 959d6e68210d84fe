import type { LayerPlace } from "./difference.ts";

/** A layer as far as it is needed to find the one that it should be. */
export interface PairedLayer {
  readonly place: LayerPlace;
  readonly diffId: string;
}

/** Which layer of an image is which of those that were built, by their indexes. */
export interface LayerPairs {
  readonly pairs: readonly (readonly [image: number, built: number])[];
  readonly added: readonly number[];
  readonly missing: readonly number[];
  /** Layers of the image that stand before or behind others than they should. */
  readonly moved: readonly number[];
}

/** Pairs equal layers, then those that were made alike, then those that stand in one place. */
export function pairLayers(
  image: readonly PairedLayer[],
  built: readonly PairedLayer[],
): LayerPairs {
  const pairs: (readonly [number, number])[] = [];
  const left = { image: new Set(image.keys()), built: new Set(built.keys()) };
  const pairBy = (keyOf: (layer: PairedLayer, index: number) => string | undefined) => {
    for (const i of left.image) {
      const key = keyOf(image[i]!, i);
      if (key === undefined) continue;
      const fits = (index: number) => keyOf(built[index]!, index) === key;
      const b = left.built.has(i) && fits(i) ? i : [...left.built].find(fits);
      if (b === undefined) continue;
      pairs.push([i, b]);
      left.image.delete(i);
      left.built.delete(b);
    }
  };
  pairBy(({ diffId }) => diffId);
  pairBy(({ place: { createdBy } }) => createdBy?.startsWith("rcc-oci: ") ? createdBy : undefined);
  if (image.length === built.length) pairBy((_, index) => String(index));
  pairs.sort(([, a], [, b]) => a - b);
  const inOrder = pairs.map(([i]) => i).sort((a, b) => a - b);
  return {
    pairs,
    added: [...left.image],
    missing: [...left.built],
    moved: pairs.flatMap(([i], rank) => inOrder[rank] === i ? [] : [i]),
  };
}
