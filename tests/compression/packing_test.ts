import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { ChunkPacker } from "../../src/compression/mod.ts";

Deno.test("ChunkPacker stores what gzip makes no smaller", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  for (const level of [undefined, 1, 9]) {
    const packed = new ChunkPacker({ codec: "gzip", ...(level === undefined ? {} : { level }) })
      .pack(bytes);
    assert.ok(packed.length < bytes.length + 64, `${packed.length}`);
    assert.deepEqual(new Uint8Array(gunzipSync(packed)), bytes);
  }
});
