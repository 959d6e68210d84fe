import { readTar } from "../tar/mod.ts";
import { type BaseLayer, type LayerSource, openLayer, withLayerFailures } from "./base_layer.ts";
import type { TreeFile } from "./tree.ts";

/** A file of the base that is read, and who is told its bytes. */
export interface WantedContent {
  readonly file: TreeFile;
  readonly onChunk: (bytes: Uint8Array) => void;
}

/** Reads the contents of some files, passing once over each layer that has any of them. */
export async function readContents(
  wanted: readonly WantedContent[],
  { layers, ...source }: LayerSource & { readonly layers: readonly BaseLayer[] },
): Promise<void> {
  for (const [i, layer] of layers.entries()) {
    const ofLayer = wanted.filter(({ file }) => file.layer === i);
    if (ofLayer.length === 0) continue;
    const byOffset = Map.groupBy(ofLayer, ({ file }) => file.offset);
    await withLayerFailures(layer, source, async () => {
      for await (const member of readTar(await openLayer(layer, source))) {
        if (member.type !== "file") continue;
        // Two names of one file have the same place.
        const same = byOffset.get(member.offset);
        if (same === undefined) continue;
        for await (const piece of member.content) for (const { onChunk } of same) onChunk(piece);
        byOffset.delete(member.offset);
        if (byOffset.size === 0) return;
      }
      throw new SyntaxError(`expected a file at byte ${byOffset.keys().next().value}, found none`);
    });
  }
}
