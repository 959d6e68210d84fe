import assert from "node:assert/strict";
import fc from "fast-check";
import { failureAt, SourceText } from "../../src/robot/source_text.ts";

Deno.test("SourceText finds line and column, from 1, for every offset", () => {
  const source = new SourceText("a\n\nbc", "f");
  const places = [0, 1, 2, 3, 4, 5].map((offset) => source.position(offset));
  assert.deepEqual(places.map(({ line, column }) => [line, column]), [
    [1, 1],
    [1, 2],
    [2, 1],
    [3, 1],
    [3, 2],
    [3, 3],
  ]);
  assert.deepEqual(places.map(({ sourceLine }) => sourceLine), ["a", "a", "", "bc", "bc", "bc"]);
});

Deno.test("SourceText takes an offset behind the end for the end", () => {
  assert.deepEqual(new SourceText("ab\n", "f").position(99), {
    line: 2,
    column: 1,
    sourceLine: "",
  });
  assert.deepEqual(new SourceText("", "f").position(0), { line: 1, column: 1, sourceLine: "" });
});

Deno.test("SourceText ends lines at LF, CR LF and CR, and shows none of them", () => {
  const source = new SourceText("a\r\nb\rc\nd", "f");
  const lines = [..."abcd"].map((letter) => source.position(source.text.indexOf(letter)));
  assert.deepEqual(
    lines.map(({ line, sourceLine }) => [line, sourceLine]),
    [[1, "a"], [2, "b"], [3, "c"], [4, "d"]],
  );
});

Deno.test("SourceText drops a byte order mark", () => {
  assert.equal(new SourceText("\ufeffa", "f").text, "a");
});

Deno.test("SourceText agrees with splitting the text into lines", () => {
  const lines = fc.array(fc.stringMatching(/^[ab:é🤖 ]*$/), { minLength: 1 });
  fc.assert(fc.property(lines, fc.nat(), (lines, seed) => {
    const text = lines.join("\n");
    const offset = seed % (text.length + 1);
    const before = text.slice(0, offset).split("\n");
    assert.deepEqual(new SourceText(text, "f").position(offset), {
      line: before.length,
      column: before.at(-1)!.length + 1,
      sourceLine: lines[before.length - 1],
    });
  }));
});

Deno.test("failureAt() names the place and shows its line", () => {
  const position = { line: 7, column: 3, sourceLine: "  Run:  " };
  const failure = failureAt(position, {
    id: "robot/definition",
    fileName: "envs/robot.yaml",
    message: "two of one, keep one",
  });
  assert.equal(failure.kind, "robot");
  assert.equal(
    failure.message,
    'failed to read "envs/robot.yaml": envs/robot.yaml:7:3: two of one, keep one: "  Run:"',
  );
});

Deno.test("failureAt() shows no empty line, and no password", () => {
  const options = { id: "robot/conda", fileName: "c.yaml", message: "m" } as const;
  const empty = failureAt({ line: 1, column: 1, sourceLine: "  " }, options);
  assert.equal(empty.message, 'failed to read "c.yaml": c.yaml:1:1: m');
  const secret = failureAt({ line: 1, column: 1, sourceLine: "- http://u:p@h/" }, options);
  assert.equal(secret.message, 'failed to read "c.yaml": c.yaml:1:1: m: "- http://***@h/"');
});
