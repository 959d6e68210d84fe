import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { concat } from "../../src/bytes/mod.ts";
import { SMALL_BYTES, SmallGzip } from "../../src/compression/small_gzip.ts";
import { type TarEntry, tarSegments } from "../../src/tar/mod.ts";

const gzip = new SmallGzip();

/** Noise, runs and what comes again: all that can be packed, and all that cannot. */
const BYTES = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(800))
      .map(([bytes, times]) => concat(Array(times).fill(bytes))),
  ),
  { maxLength: 6 },
).map((parts) => concat(parts).subarray(0, SMALL_BYTES));

Deno.test("SmallGzip.member() is what gunzip gives back", () => {
  fc.assert(
    fc.property(BYTES, (bytes) => {
      const member = gzip.member(bytes);
      assert.ok(Buffer.compare(gunzipSync(member), bytes) === 0);
      // Ten bytes before it and eight behind, and five more for what cannot be packed.
      assert.ok(member.length <= bytes.length + 23, `${member.length} of ${bytes.length}`);
    }),
    { numRuns: 500, endOnFailure: true },
  );
});

Deno.test("SmallGzip.member() packs any number of bytes up to its most, and no more", () => {
  for (let size = 0; size < 700; size++) {
    for (const bytes of [new Uint8Array(size), new Uint8Array(size).map((_, i) => i * i)]) {
      assert.ok(Buffer.compare(gunzipSync(gzip.member(bytes)), bytes) === 0);
    }
  }
  const most = new Uint8Array(SMALL_BYTES).map((_, i) => i >> 6);
  assert.ok(Buffer.compare(gunzipSync(gzip.member(most)), most) === 0);
  assert.throws(() => gzip.member(new Uint8Array(SMALL_BYTES + 1)), RangeError);
});

Deno.test("SmallGzip.member() packs the headers of a tar as small as zlib's first level does", () => {
  const entries = Array.from({ length: 12 }, (_, i): TarEntry<{ readonly size: number }> => ({
    type: "symlink",
    path: `home/robot/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534/lib/python3.11/module${i}.py`,
    owner: { uid: 1000, gid: 1000 },
    mtime: 1610000000,
    target: "other.py",
  }));
  const bytes = concat([...tarSegments(entries)] as Uint8Array[]);
  const ours = gzip.member(bytes).length;
  const theirs = gzipSync(bytes, { level: 1 }).length;
  assert.ok(ours <= 1.05 * theirs, `${ours}, zlib ${theirs}`);
});

Deno.test("SmallGzip.member() says nothing of time and system", () => {
  assert.deepEqual([...gzip.member(new Uint8Array(3)).subarray(0, 10)], [
    ...[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255],
  ]);
});
