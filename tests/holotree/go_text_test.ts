import { deepEqual, equal } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { compareBytes } from "../../src/holotree/go_text.ts";

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
