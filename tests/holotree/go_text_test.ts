import { deepEqual, equal } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { compareBytes, goTrim } from "../../src/holotree/go_text.ts";

Deno.test("compareBytes() orders texts as their UTF-8 bytes are ordered", () => {
  const unit = fc.constantFrom(
    "a",
    "b",
    "é",
    "\u07ff",
    "\u0800",
    "\ud7ff",
    "\ue000",
    "\uffff",
    "😀",
  );
  const text = fc.array(unit, { maxLength: 4 }).map((units) => units.join(""));
  fc.assert(
    fc.property(text, text, (a, b) => {
      equal(Math.sign(compareBytes(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("compareBytes() puts characters beyond U+FFFF last", () => {
  deepEqual(["😀", "\uffff", "z"].sort(compareBytes), ["z", "\uffff", "😀"]);
});

Deno.test("goTrim() cuts off the white space that Go knows", () => {
  equal(goTrim("\t\n\v\f\r \x85\xa0\u2028\u3000x y\u2029 \n"), "x y");
  equal(goTrim("\ufeffx\ufeff"), "\ufeffx\ufeff");
  equal(goTrim(" \n "), "");
});
