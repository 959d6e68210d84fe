import { readTar, type TarMember } from "../tar/mod.ts";
import { type BaseLayer, type LayerSource, openLayer, withLayerFailures } from "./base_layer.ts";
import { LayerFolder, type LayerTreeOptions, readLayerTree } from "./layer_tree.ts";
import { mergeLayer } from "./merge_layer.ts";
import { Tree } from "./tree.ts";

/** Several times as many as large images have: they are kept in memory, some 250 bytes each. */
const MOST_ENTRIES = 2_000_000;

/**
 * Reads all layers and lays them over one another. Every byte is verified. What is not refused here,
 * but by some engines, is in doubt.
 *
 * @throws {Failure} when a layer is damaged, or none that engines could unpack.
 */
export async function readTree(
  layers: readonly BaseLayer[],
  source: LayerSource,
): Promise<{ readonly tree: Tree; readonly doubts: readonly string[] }> {
  const stack = new LayerStack();
  const doubts: string[] = [];
  for (const layer of layers) {
    const onDoubt = (problem: string) =>
      void doubts.push(`docker and podman refuse its layer ${layer.descriptor.digest}: ${problem}`);
    await withLayerFailures(layer, source, async () => {
      await stack.add(readTar(await openLayer(layer, source)), { onDoubt });
    });
  }
  return { tree: stack.tree, doubts };
}

/** Layers that lie over one another, the lowest first. */
export class LayerStack {
  readonly #root = new LayerFolder(-1);
  /** What all of them have made so far. */
  readonly tree = new Tree(this.#root);
  #count = 0;

  /** Lays one more over them. @throws {SyntaxError} when engines could not unpack it. */
  async add(
    members: AsyncIterable<TarMember>,
    doubts: Pick<LayerTreeOptions, "onDoubt"> = {},
  ): Promise<void> {
    const options = { ...doubts, layer: this.#count, lower: this.tree, limit: MOST_ENTRIES };
    mergeLayer(this.#root, await readLayerTree(members, options));
    this.#count++;
  }
}
