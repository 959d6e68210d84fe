import { cutOff, Pieces } from "../bytes/mod.ts";
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
    await withLayerFailures(layer, source, async () => {
      const tar = new Pieces(await openLayer(layer, source));
      try {
        await readInOrder(tar, ofLayer);
      } finally {
        await tar.cancel();
      }
    });
  }
}

async function readInOrder(tar: Pieces, wanted: readonly WantedContent[]): Promise<void> {
  const sorted = [...wanted].sort((a, b) => a.file.offset - b.file.offset);
  for (let i = 0; i < sorted.length;) {
    const { file: { offset, size } } = sorted[i]!;
    // Two names of one file have the same place.
    let end = i + 1;
    while (sorted[end]?.file.offset === offset) end++;
    const same = sorted.slice(i, end);
    await tar.skip(offset - tar.position);
    for (let left = size; left > 0;) {
      const piece = await tar.some(left);
      if (piece === undefined) throw cutOff(offset, { expected: size, found: size - left });
      left -= piece.length;
      for (const { onChunk } of same) onChunk(piece);
    }
    i += same.length;
  }
}
