import { deepEqual, equal } from "node:assert/strict";
import { firstDifference } from "../../src/compare/mod.ts";

/** A content in pieces of the given sizes, one after the other. */
function inPieces(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const count = Math.ceil(bytes.length / size);
  return ReadableStream.from(
    Array.from({ length: count }, (_, i) => bytes.slice(i * size, (i + 1) * size)),
  );
}

Deno.test("firstDifference() finds the byte, however the contents come", async () => {
  const cases = [
    ["", "", undefined],
    ["same", "same", undefined],
    ["", "a", { at: 0, built: 0x61 }],
    ["abcdef", "abcxef", { at: 3, image: 0x64, built: 0x78 }],
    ["abcdef", "abc", { at: 3, image: 0x64 }],
    ["abcdefgh", "abcdefgi", { at: 7, image: 0x68, built: 0x69 }],
  ] as const;
  for (const [image, built, expected] of cases) {
    for (const size of [1, 2, 3, 100]) {
      for (const other of [1, 4, 100]) {
        const found = await firstDifference(inPieces(image, size), inPieces(built, other));
        deepEqual(found, expected, `${image} ${size}, ${built} ${other}`);
      }
    }
  }
});

Deno.test("firstDifference() ends both contents when it has found it", async () => {
  const ended: string[] = [];
  async function* endless(name: string, byte: number) {
    try {
      for (;;) yield await Promise.resolve(Uint8Array.of(1, byte));
    } finally {
      ended.push(name);
    }
  }
  const found = await firstDifference(endless("image", 2), endless("built", 3));
  deepEqual(found, { at: 1, image: 2, built: 3 });
  equal(ended.join(), "image,built");
});
