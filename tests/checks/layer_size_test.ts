import assert from "node:assert/strict";
import { SPLICE_BYTES as estimated } from "../../src/checks/layer_size.ts";
import { SPLICE_BYTES as packed } from "../../src/compression/mod.ts";

Deno.test("layerContent() takes blobs for spliced from the size on that the packer splices", () => {
  assert.equal(estimated, packed);
});
