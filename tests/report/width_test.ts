import assert from "node:assert/strict";
import fc from "fast-check";
import { cut, padEnd, widthOf } from "../../src/report/width.ts";

const WIDTHS: readonly (readonly [string, number])[] = [
  ["", 0],
  ["abc", 3],
  ["é", 1],
  ["e\u0301", 1],
  ["環境", 4],
  ["한국어", 6],
  ["ｆｕｌｌ", 8],
  ["😀", 2],
  ["⌚", 2],
  ["█▏░", 3],
  ["…", 1],
  ["я", 1],
];

Deno.test("widthOf() counts two columns for wide characters, none for marks", () => {
  for (const [text, width] of WIDTHS) assert.equal(widthOf(text), width, text);
});

Deno.test("cut() keeps what fits, and says with the ellipsis that it was more", () => {
  const ellipsis = "…";
  assert.equal(cut("abcdef", 6, { ellipsis }), "abcdef");
  assert.equal(cut("abcdef", 5, { ellipsis }), "abcd…");
  assert.equal(cut("abcdef", 5, { ellipsis: "..." }), "ab...");
  assert.equal(cut("abcdef", 3, { ellipsis: "..." }), "abc");
  assert.equal(cut("abcdef", 0, { ellipsis }), "");
  assert.equal(cut("環境環境", 6, { ellipsis }), "環境…");
  assert.equal(cut("環境環境", 4, { ellipsis }), "環…");
});

Deno.test("cut() never gives more columns than there are", () => {
  const texts = fc.string({ unit: fc.constantFrom("a", "環", "e\u0301", "😀", " ") });
  fc.assert(fc.property(texts, fc.nat(30), fc.constantFrom("…", "..."), (text, width, ellipsis) => {
    assert.ok(widthOf(cut(text, width, { ellipsis })) <= width);
  }));
});

Deno.test("padEnd() fills columns, not characters", () => {
  assert.equal(padEnd("環", 4), "環  ");
  assert.equal(padEnd("abcde", 4), "abcde");
});
