import assert from "node:assert/strict";
import { largeLayers, LARGEST_COMMON_LAYER } from "../../src/image/mod.ts";
import { digestOf, MEDIA_TYPES } from "../../src/oci/mod.ts";
import { MemoryStore } from "../../src/store/mod.ts";

Deno.test("largeLayers() finds those that registries refuse, and none of the limit's own size", () => {
  const layers = [1, LARGEST_COMMON_LAYER, LARGEST_COMMON_LAYER + 1, 2 ** 40].map((size) => ({
    descriptor: {
      mediaType: MEDIA_TYPES.layerGzip,
      digest: digestOf(new TextEncoder().encode(String(size))),
      size,
    },
    blobs: new MemoryStore(),
  }));
  assert.deepEqual(
    largeLayers({ layers }).map(({ digest }) => digest),
    layers.slice(2).map(({ descriptor }) => descriptor.digest),
  );
});
