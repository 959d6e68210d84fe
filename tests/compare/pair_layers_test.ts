import { deepEqual } from "node:assert/strict";
import { type PairedLayer, pairLayers } from "../../src/compare/pair_layers.ts";

/** Layers by their diffIds, with a step of ours behind a slash. */
function layers(...names: readonly string[]): readonly PairedLayer[] {
  return names.map((name, i) => {
    const [diffId, step] = name.split("/");
    const createdBy = step === undefined ? {} : { createdBy: `rcc-oci: ${step}` };
    return { diffId: diffId!, place: { number: i + 1, digest: `sha256:${i}`, ...createdBy } };
  });
}

const NOTHING = { added: [], missing: [], moved: [] };

Deno.test("pairLayers() pairs equal layers, those that were made alike, and those in one place", () => {
  deepEqual(pairLayers(layers("a", "b/x", "c"), layers("a", "d/x", "e")), {
    ...NOTHING,
    pairs: [[0, 0], [1, 1], [2, 2]],
  });
  deepEqual(pairLayers(layers("a", "x/robot"), layers("a", "b", "y/robot")), {
    ...NOTHING,
    pairs: [[0, 0], [1, 2]],
    missing: [1],
  });
  deepEqual(pairLayers(layers("a", "evil", "b"), layers("a", "b")), {
    ...NOTHING,
    pairs: [[0, 0], [2, 1]],
    added: [1],
  });
  deepEqual(pairLayers(layers("b", "a"), layers("a", "b")), {
    ...NOTHING,
    pairs: [[1, 0], [0, 1]],
    moved: [1, 0],
  });
  deepEqual(pairLayers(layers("a", "a"), layers("a")), {
    ...NOTHING,
    pairs: [[0, 0]],
    added: [1],
  });
});
