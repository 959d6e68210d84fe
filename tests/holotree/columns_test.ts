import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { NumberColumn, TextColumn } from "../../src/holotree/columns.ts";
import { compareBytes } from "../../src/holotree/go_text.ts";

Deno.test("NumberColumn keeps all numbers, however many", () => {
  const column = new NumberColumn();
  const numbers = [0, -1, 2 ** 31, 2 ** 53 - 1, ...Array.from({ length: 5000 }, (_, i) => i / 2)];
  for (const number of numbers) column.push(number);
  equal(column.count, numbers.length);
  deepEqual(numbers.map((_, i) => column.at(i)), numbers);
  column.set(1, 7);
  deepEqual([column.at(0), column.at(1)], [0, 7]);
});

const TEXT = fc.string({ unit: "grapheme", maxLength: 40 });

Deno.test("TextColumn gives back what it was given, and its size in UTF-8", () => {
  fc.assert(fc.property(fc.array(TEXT), (texts) => {
    const column = new TextColumn();
    for (const text of texts) column.push(text);
    equal(column.count, texts.length);
    const sizes = texts.map((text) => new TextEncoder().encode(text).length);
    deepEqual(texts.map((_, i) => column.at(i)), texts);
    deepEqual(texts.map((_, i) => column.sizeOf(i)), sizes);
    const copy = new TextColumn();
    for (let i = texts.length - 1; i >= 0; i--) copy.copy(column, i);
    deepEqual(texts.map((_, i) => copy.at(i)), texts.toReversed());
  }));
});

Deno.test("TextColumn compares by bytes, as Go sorts", () => {
  const units = fc.constantFrom("a", "b", "/", "é", "\ue000", "\uffff", "\u{1f600}");
  const text = fc.string({ unit: units, maxLength: 4 });
  fc.assert(fc.property(text, text, (a, b) => {
    const column = new TextColumn();
    for (const each of [a, b]) column.push(each);
    equal(Math.sign(column.compare(0, 1)), Math.sign(compareBytes(a, b)));
  }));
});
