import { deepEqual, equal, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import { ContentTable } from "../../src/holotree/contents.ts";

const PLAIN = { size: 0, rewrite: [] };

function digestOf(text: string, digits = 64): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}

for (const digits of [64, 32]) {
  Deno.test(`ContentTable numbers contents of ${digits} digits as they are met, each once`, () => {
    const contents = new ContentTable();
    const digests = Array.from({ length: 10_000 }, (_, i) => digestOf(String(i), digits));
    for (const [i, digest] of digests.entries()) {
      equal(contents.add(digest, { ...PLAIN, size: i }), i);
    }
    for (const [i, digest] of digests.entries()) {
      equal(contents.add(digest, { ...PLAIN, size: i }), i);
      deepEqual([contents.find(digest), contents.digestOf(i), contents.sizeOf(i)], [i, digest, i]);
    }
    equal(contents.count, 10_000);
    equal(contents.find(digestOf("other", digits)), undefined);
    equal(contents.find(digestOf("1", 96 - digits)), undefined);
  });
}

Deno.test("ContentTable keeps where the stage's name stands", () => {
  const contents = new ContentTable();
  contents.add(digestOf("plain"), { size: 2 ** 40, rewrite: [] });
  contents.add(digestOf("relocated"), { size: 100, rewrite: [0, 24] });
  deepEqual([contents.rewriteOf(0), contents.rewriteOf(1)], [[], [0, 24]]);
  equal(contents.sizeOf(0), 2 ** 40);
});

Deno.test("ContentTable keeps an offset twice, and knows that it is one place", () => {
  const contents = new ContentTable();
  contents.add(digestOf("relocated"), { size: 100, rewrite: [0, 24, 24, 70] });
  deepEqual(contents.rewriteOf(0), [0, 24, 24, 70]);
  deepEqual(contents.placesOf(0), [0, 24, 70]);
});

Deno.test("ContentTable refuses other facts of one digest, and digests of two forms", () => {
  const contents = new ContentTable();
  contents.add(digestOf("a"), { size: 50, rewrite: [1] });
  for (
    const facts of [{ size: 51, rewrite: [1] }, { size: 50, rewrite: [] }, {
      size: 50,
      rewrite: [2],
    }]
  ) {
    throws(() => contents.add(digestOf("a"), facts), SyntaxError);
  }
  throws(() => contents.add(digestOf("b", 32), PLAIN), SyntaxError);
  equal(contents.count, 1);
});

Deno.test("ContentTable finds nothing while it is empty", () => {
  equal(new ContentTable().find(digestOf("a")), undefined);
});

Deno.test("ContentTable finds each of any number of contents", () => {
  for (let count = 1; count <= 130; count++) {
    const contents = new ContentTable();
    const digests = Array.from({ length: count }, (_, i) => digestOf(String(i)));
    for (const digest of digests) contents.add(digest, PLAIN);
    deepEqual(digests.map((digest) => contents.find(digest)), [...digests.keys()]);
    equal(contents.find(digestOf("other")), undefined);
  }
});
