import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bar, chartBar, progressBar, sweepBar } from "../../src/report/bar.ts";

function textOf({ before, filled, behind }: Bar): string {
  return before + filled + behind;
}

const sizes = fc.record({ width: fc.integer({ min: 2, max: 200 }), unicode: fc.boolean() });

Deno.test("progressBar() fills by eighths of a block, or by signs", () => {
  const fractions = [0, 0.05, 0.5, 0.999, 1] as const;
  assert.deepEqual(
    fractions.map((fraction) => textOf(progressBar(fraction, { width: 8, unicode: true }))),
    ["░░░░░░░░", "▍░░░░░░░", "████░░░░", "███████▉", "████████"],
  );
  assert.deepEqual(
    fractions.map((fraction) => textOf(progressBar(fraction, { width: 10, unicode: false }))),
    ["[--------]", "[--------]", "[####----]", "[#######-]", "[########]"],
  );
});

Deno.test("progressBar() and sweepBar() are as wide as they shall be, whatever they are given", () => {
  fc.assert(fc.property(fc.double(), fc.nat(), sizes, (fraction, elapsedMs, size) => {
    assert.equal(textOf(progressBar(fraction, size)).length, size.width);
    assert.equal(textOf(sweepBar(elapsedMs, size)).length, size.width);
  }));
});

Deno.test("sweepBar() goes to the end and comes back", () => {
  assert.deepEqual(
    [0, 100, 200, 300, 400].map((ms) => textOf(sweepBar(ms, { width: 5, unicode: true }))),
    ["███░░", "░███░", "░░███", "░███░", "███░░"],
  );
  assert.equal(textOf(sweepBar(100, { width: 7, unicode: false })), "[-###-]");
});

Deno.test("chartBar() shows a little for a little, nothing for nothing, and never too much", () => {
  const size = { width: 10, unicode: true };
  assert.equal(chartBar(0, size), "");
  assert.equal(chartBar(1e-9, size), "▏");
  assert.equal(chartBar(0.5, size), "█████");
  assert.equal(chartBar(1, size), "██████████");
  assert.equal(chartBar(1e-9, { width: 10, unicode: false }), "#");
  fc.assert(fc.property(fc.double(), sizes, (fraction, { width, unicode }) => {
    assert.ok(chartBar(fraction, { width, unicode }).length <= width);
  }));
});
