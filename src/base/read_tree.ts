import { readTar } from "../tar/mod.ts";
import { type BaseLayer, type LayerSource, openLayer, withLayerFailures } from "./base_layer.ts";
import { LayerFolder, readLayerTree } from "./layer_tree.ts";
import { mergeLayer } from "./merge_layer.ts";
import { Tree } from "./tree.ts";

/** Several times as many as large images have: they are kept in memory, some 250 bytes each. */
const MOST_ENTRIES = 2_000_000;

/**
 * Reads all layers and lays them over one another. Every byte is verified.
 * @throws {Failure} when a layer is damaged, or none that engines could unpack.
 */
export async function readTree(layers: readonly BaseLayer[], source: LayerSource): Promise<Tree> {
  const root = new LayerFolder(-1);
  const lower = new Tree(root);
  for (const [i, layer] of layers.entries()) {
    const upper = await withLayerFailures(layer, source, async () => {
      const tar = await openLayer(layer, source);
      return await readLayerTree(readTar(tar), { layer: i, lower, limit: MOST_ENTRIES });
    });
    mergeLayer(root, upper);
  }
  return lower;
}
