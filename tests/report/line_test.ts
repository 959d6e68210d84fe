import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeLine, lineText } from "../../src/report/line.ts";

const plain = { color: false, github: false };

Deno.test("encodeLine() paints what has a tone, where there are colours", () => {
  const line = [{ text: "Error:", tone: "bad" }, " no"] as const;
  assert.equal(encodeLine(line, { color: true, github: false }), "\x1b[31mError:\x1b[0m no");
  assert.equal(encodeLine(line, plain), "Error: no");
  assert.equal(lineText(line), "Error: no");
});

Deno.test("encodeLine() paints no empty text", () => {
  assert.equal(encodeLine([{ text: "", tone: "bar" }, "x"], { color: true, github: false }), "x");
});

Deno.test("encodeLine() writes no escape but its own, and no break", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(fc.property(text, text, fc.boolean(), fc.boolean(), (before, toned, color, github) => {
    const written = encodeLine([before, { text: toned, tone: "good" }], { color, github });
    const withoutOwn = written.replaceAll("\x1b[32m", "").replaceAll("\x1b[0m", "");
    assert.doesNotMatch(withoutOwn, /[\p{Cc}\u2028\u2029]/u);
  }));
});

Deno.test("encodeLine() leaves nothing in a job of GitHub that is read as a command", () => {
  const job = { color: true, github: true };
  assert.equal(encodeLine(["::add-mask::x"], job), ": :add-mask::x");
  assert.equal(encodeLine(["  ::error::x"], job), "  : :error::x");
  assert.equal(encodeLine(["a ##[add-mask]x ##[b]"], job), "a ## [add-mask]x ## [b]");
  assert.equal(encodeLine(["\n::", { text: ":x", tone: "bad" }], job), " : ::x");
  assert.equal(encodeLine(["Robot::Task #[1]"], job), "Robot::Task #[1]");
});
