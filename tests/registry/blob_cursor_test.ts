import assert from "node:assert/strict";
import fc from "fast-check";
import { collect, measureBytes, verifying } from "../../src/bytes/mod.ts";
import { BlobCursor } from "../../src/registry/blob_cursor.ts";
import { someBytes } from "../support/registry_scene.ts";

/** A stream of the bytes in chunks of a size. */
function chunked(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  const chunks = [];
  for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.subarray(i, i + size));
  return ReadableStream.from(chunks);
}

Deno.test("read() gives the bytes of any pieces, in any order", async () => {
  const bytes = someBytes(1000);
  const piece = fc.tuple(fc.nat(1000), fc.nat(1000)).map((
    [a, b],
  ) => [Math.min(a, b), Math.abs(a - b)]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 8 }),
      fc.integer({ min: 1, max: 300 }),
      async (pieces, size) => {
        const cursor = new BlobCursor(() => Promise.resolve(chunked(bytes, size)), bytes.length);
        for (const [offset, count] of pieces) {
          const read = await collect(cursor.read(offset!, count!), 1000);
          assert.deepEqual([...read], [...bytes.subarray(offset, offset! + count!)]);
        }
        await cursor.close();
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("read() opens the blob once for pieces that follow one another", async () => {
  const bytes = someBytes(1000);
  let opened = 0;
  const cursor = new BlobCursor(() => {
    opened++;
    return Promise.resolve(chunked(bytes, 64));
  }, bytes.length);
  for (let offset = 0; offset < 1000; offset += 100) await collect(cursor.read(offset, 100), 100);
  assert.equal(opened, 1);
  await collect(cursor.read(0, 10), 10);
  assert.equal(opened, 2);
  await cursor.close();
});

Deno.test("read() withholds the last piece of a blob that is damaged", async () => {
  const bytes = someBytes(1000);
  const damaged = bytes.map((byte, i) => i === 5 ? byte ^ 1 : byte);
  const cursor = new BlobCursor(
    () => Promise.resolve(chunked(damaged, 100).pipeThrough(verifying(measureBytes(bytes)))),
    bytes.length,
  );
  let received = 0;
  await assert.rejects(async () => {
    for await (const chunk of cursor.read(0, 1000)) received += chunk.length;
  }, { name: "IntegrityError" });
  assert.equal(received, 900);
  await cursor.close();
});

for (const [size, expected] of [[999, "found more"], [1001, "found 1000"]] as const) {
  Deno.test(`read() refuses a source of 1000 bytes where ${size} were said`, async () => {
    const cursor = new BlobCursor(() => Promise.resolve(chunked(someBytes(1000), 100)), size);
    await assert.rejects(collect(cursor.read(0, size), 2000), (error: RangeError) => {
      assert.match(error.message, new RegExp(expected));
      return true;
    });
    await cursor.close();
  });
}
