import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { compareAsBytes } from "../../src/robot/compare.ts";

Deno.test("compareAsBytes() orders texts as their bytes are", () => {
  const text = fc.string({ unit: "binary", maxLength: 4 });
  fc.assert(fc.property(text, text, (left, right) => {
    const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
    assert.equal(Math.sign(compareAsBytes(left, right)), expected);
  }));
  const names = ["a", "a/b", "a.b", "é", "\uffff", "😀", "😁", "\ud7ff", ""];
  const bytes = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(names.toSorted(compareAsBytes), bytes);
});
