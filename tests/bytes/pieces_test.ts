import assert from "node:assert/strict";
import { Pieces, streamOf } from "../../src/bytes/mod.ts";

const bytes = (...values: number[]) => new Uint8Array(values);

Deno.test("Pieces.exactly() joins chunks and counts", async () => {
  const pieces = new Pieces(streamOf(bytes(1, 2), bytes(), bytes(3, 4, 5)));
  assert.deepEqual(await pieces.exactly(1), bytes(1));
  assert.deepEqual(await pieces.exactly(3), bytes(2, 3, 4));
  assert.equal(pieces.position, 4);
  assert.deepEqual(await pieces.exactly(0), bytes());
  assert.deepEqual(await pieces.exactly(1), bytes(5));
  assert.equal(await pieces.exactly(1), undefined);
});

Deno.test("Pieces.exactly() refuses an end within the bytes", async () => {
  const pieces = new Pieces(streamOf(bytes(1, 2, 3)));
  await pieces.exactly(1);
  await assert.rejects(pieces.exactly(3), /expected 3 bytes at byte 1, found 2 and the end/);
});

Deno.test("Pieces.some() gives no more than the limit and what lies in one chunk", async () => {
  const pieces = new Pieces(streamOf(bytes(1, 2, 3), bytes(4)));
  assert.deepEqual(await pieces.some(2), bytes(1, 2));
  assert.deepEqual(await pieces.some(Infinity), bytes(3));
  assert.deepEqual(await pieces.some(9), bytes(4));
  assert.equal(await pieces.some(1), undefined);
});

Deno.test("Pieces.skip() passes chunks over and refuses an end before", async () => {
  const pieces = new Pieces(streamOf(bytes(1, 2), bytes(3, 4), bytes(5)));
  await pieces.skip(3);
  assert.deepEqual(await pieces.exactly(1), bytes(4));
  await assert.rejects(pieces.skip(2), /expected 2 bytes at byte 4, found 1 and the end/);
});

Deno.test("Pieces.cancel() cancels the stream, and is fine after its end", async () => {
  let reason: unknown;
  const pieces = new Pieces(new ReadableStream({ cancel: (given) => void (reason = given) }));
  await pieces.cancel("done");
  assert.equal(reason, "done");
  const ended = new Pieces(streamOf());
  await ended.drain();
  await ended.cancel();
});
