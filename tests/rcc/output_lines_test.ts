import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanLine, OutputLines } from "../../src/rcc/output_lines.ts";

function linesOf(chunks: Iterable<Uint8Array>): readonly string[] {
  const lines: string[] = [];
  const output = new OutputLines((line) => lines.push(line));
  for (const chunk of chunks) output.add(chunk);
  output.end();
  return lines;
}

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("OutputLines gives the same lines wherever the chunks are cut", () => {
  const bytes = encode("\x1b[32mgrün\x1b[0m\r\nbar 10%\rbar 100%\n\n  last 😀");
  const expected = ["grün", "bar 10%", "bar 100%", "  last 😀"];
  for (let size = 1; size <= bytes.length; size++) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, at) => bytes.subarray(at * size, (at + 1) * size),
    );
    assert.deepEqual(linesOf(chunks), expected, `chunks of ${size} bytes`);
  }
});

Deno.test("OutputLines cuts a line that does not end, and goes on with the next", () => {
  const lines = linesOf([
    encode("x".repeat(70_000)),
    encode("y".repeat(70_000)),
    encode("\nnext\n"),
  ]);
  assert.deepEqual(lines, ["x".repeat(64 * 1024), "next"]);
});

Deno.test("cleanLine() takes away what only a terminal understands", () => {
  for (
    const [line, clean] of [
      ["\x1b[1;31mred\x1b[0m", "red"],
      ["\x1b]8;;https://x.test\x07link\x1b]8;;\x07", "link"],
      ["\x1b]0;title\x1b\\text", "text"],
      ["\x1b[2K\x1b[1Gprogress \x1b[?25l", "progress"],
      ["a\tb\x00\x07c\u0085\u2028", "a bc"],
      ["plain [31m text", "plain [31m text"],
      ["\x1b(Bx\x1b7\x1b8y\x1b[", "xy"],
    ] as const
  ) {
    assert.equal(cleanLine(line), clean);
  }
});

Deno.test("cleanLine() leaves no control character in any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.doesNotMatch(cleanLine(text), /\p{Cc}/u);
  }));
});
