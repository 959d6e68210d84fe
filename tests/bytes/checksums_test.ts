import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { Checksums } from "../../src/bytes/mod.ts";
import { CHECKSUM_BYTES } from "../../src/bytes/checksums.ts";

function checksumsOf(bytes: Uint8Array, step: number): readonly number[] {
  const checksums = new Checksums();
  for (let i = 0; i < bytes.length; i += step) checksums.update(bytes.subarray(i, i + step));
  return checksums.finish();
}

Deno.test("Checksums are of one MiB each, wherever the chunks end", () => {
  const bytes = new Uint8Array(2.5 * CHECKSUM_BYTES).map((_, i) => (i * i) >> 7);
  const expected = [0, 1, 2].map((i) =>
    crc32(bytes.subarray(i * CHECKSUM_BYTES, (i + 1) * CHECKSUM_BYTES))
  );
  for (const step of [1000, CHECKSUM_BYTES - 1, CHECKSUM_BYTES, 3 * CHECKSUM_BYTES]) {
    assert.deepEqual(checksumsOf(bytes, step), expected);
  }
});

Deno.test("Checksums of a whole MiB are one, and of nothing none", () => {
  assert.equal(checksumsOf(new Uint8Array(CHECKSUM_BYTES), 77_777).length, 1);
  assert.deepEqual(new Checksums().finish(), []);
});
