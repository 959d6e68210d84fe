import assert from "node:assert/strict";
import { constants, deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { concat } from "../../src/bytes/mod.ts";
import { gunzipSteps } from "../../src/compression/gunzip.ts";
import { createMemory } from "../../src/wasm/mod.ts";
import { Inflater } from "../../src/compression/inflater.ts";
import { OutputWindow, WINDOW_BYTES } from "../../src/compression/output_area.ts";
import { sourceOf } from "../support/source_of.ts";

const inflater = new Inflater(new OutputWindow(createMemory()));

function gunzip(packed: Uint8Array, step?: number): Uint8Array {
  inflater.open(sourceOf(packed, step));
  return concat([...steps(gunzipSteps(inflater))]);
}

function* steps(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const chunk of chunks) yield chunk.slice();
}

function noise(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** Pieces of noise and runs, each as often as it comes: all that a packer can make something of. */
const CONTENT = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.nat(4_000))
      .map(([bytes, times]) => concat(Array(times).fill(bytes))),
    fc.nat(120_000).map((size) => noise(size, size)),
    fc.nat(60_000).map((size) => noise(size).map((byte) => 97 + (byte & 7))),
  ),
  { maxLength: 8 },
).map(concat);

const OPTIONS = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

Deno.test("gunzipSteps() gives back whatever zlib has packed, in whatever steps it is read", () => {
  const steps = fc.constantFrom(1, 7, 640, 4_096, Infinity);
  fc.assert(
    fc.property(CONTENT, OPTIONS, steps, (content, options, step) => {
      const packed = new Uint8Array(gzipSync(content, options));
      if (step < 100 && packed.length > 20_000) return;
      assert.ok(Buffer.compare(gunzip(packed, step), content) === 0);
    }),
    { numRuns: 300, endOnFailure: true },
  );
});

Deno.test("gunzipSteps() waits for more input between a packed block and a stored one", () => {
  const content = concat([new Uint8Array(200), noise(18_000)]);
  const packed = new Uint8Array(gzipSync(content, { level: 6 }));
  for (let step = 1; step < 1_400; step++) assert.deepEqual(gunzip(packed, step), content);
});

Deno.test("gunzipSteps() reads members one after the other, empty ones too", () => {
  fc.assert(
    fc.property(fc.array(CONTENT, { minLength: 1, maxLength: 4 }), (contents) => {
      const packed = concat(contents.map((content) => new Uint8Array(gzipSync(content))));
      assert.ok(Buffer.compare(gunzip(packed), concat(contents)) === 0);
    }),
    { numRuns: 50 },
  );
});

for (const distance of [1, 2, 3, 7, 8, 9, 15, 16, 17, 32_767, 32_768]) {
  Deno.test(`gunzipSteps() repeats what stands ${distance} bytes back, beyond its window`, () => {
    const pattern = noise(distance, distance);
    const content = concat(Array(Math.ceil(3 * WINDOW_BYTES / distance)).fill(pattern));
    assert.ok(Buffer.compare(gunzip(new Uint8Array(gzipSync(content))), content) === 0);
  });
}

Deno.test("gunzipSteps() passes over all that a header may hold", () => {
  const content = noise(1_000);
  const header = new Uint8Array([0x1f, 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 3, 3, 0, 9, 9, 9]);
  const texts = new TextEncoder().encode("name\0comment\0");
  const [, , , , , , , , , , ...rest] = gzipSync(content);
  const packed = concat([header, texts, new Uint8Array([7, 7]), new Uint8Array(rest)]);
  assert.deepEqual(gunzip(packed), content);
  for (let size = 0; size < header.length + texts.length + 2; size++) {
    assert.throws(() => gunzip(packed.subarray(0, size)), size < 2 ? RangeError : SyntaxError);
  }
});

Deno.test("gunzipSteps() refuses every gzip that is cut off, and those with something behind", () => {
  for (const content of [noise(300), new Uint8Array(5_000), noise(900).map((byte) => byte & 3)]) {
    const packed = new Uint8Array(gzipSync(content));
    for (let size = 0; size < packed.length; size++) {
      assert.throws(() => gunzip(packed.subarray(0, size)), `${size} of ${packed.length}`);
    }
    for (const behind of [new Uint8Array(1), new Uint8Array(700), noise(3)]) {
      assert.throws(() => gunzip(concat([packed, behind])), {
        name: "RangeError",
        message: `expected whole gzip members only, found ${behind.length} bytes behind`,
      });
    }
  }
});

Deno.test("gunzipSteps() takes no flipped bit but in what says nothing of the content", () => {
  const content = noise(400).map((byte) => 97 + (byte & 7));
  const packed = new Uint8Array(gzipSync(content));
  for (let bit = 0; bit < 8 * packed.length; bit++) {
    const flipped = packed.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    // Time, extra flags and system; and a flag that a text follows, which then is the content's part.
    const saysNothing = bit >= 32 && bit < 80 || bit === 24;
    if (saysNothing) assert.deepEqual(gunzip(flipped), content);
    else assert.throws(() => gunzip(flipped), `bit ${bit}`);
  }
});

Deno.test("an inflater goes on with what stands behind a stream", () => {
  const [first, second] = [noise(70_000, 1), noise(10, 2)];
  const packed = concat([new Uint8Array(deflateRawSync(first)), second]);
  inflater.open(sourceOf(packed, 1_000));
  inflater.beginStream();
  const chunks: Uint8Array[] = [];
  for (let chunk; (chunk = inflater.inflate()) !== undefined;) chunks.push(chunk.slice());
  assert.deepEqual(concat(chunks), first);
  assert.equal(inflater.left, second.length);
  assert.deepEqual(inflater.peek(100).slice(), second);
});
