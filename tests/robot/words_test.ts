import assert from "node:assert/strict";
import fc from "fast-check";
import { splitWords } from "../../src/robot/words.ts";

/** Each of these was split by github.com/google/shlex, at the version that rcc has. */
const SPLIT: readonly (readonly [string, readonly string[]])[] = [
  ["", []],
  [" \t\r\n", []],
  ["python task.py", ["python", "task.py"]],
  ["  a\t b\r\nc  ", ["a", "b", "c"]],
  [`python -c "print('x y')"`, ["python", "-c", "print('x y')"]],
  [`echo 'it''s' "a""b" c'd'"e"`, ["echo", "its", "ab", "cde"]],
  [`'' "" a''`, ["", "", "a"]],
  [String.raw`a\ b \"c\" \\ \é`, ["a b", '"c"', "\\", "é"]],
  [String.raw`"a\"b" "a\\b" "a\nb" '\n' 'a\'`, ['a"b', "a\\b", "anb", "\\n", "a\\"]],
  ["a # b c", ["a"]],
  ["# only a comment", []],
  ["a # b\nc # d", ["a", "c"]],
  ["a#b 'c'#d \\#e", ["a#b", "c#d", "#e"]],
  ["a | b > c && $HOME *.py `x`", ["a", "|", "b", ">", "c", "&&", "$HOME", "*.py", "`x`"]],
  ["a\u00a0b \u{1f916}", ["a\u00a0b", "\u{1f916}"]],
  ["a\\\nb", ["a\nb"]],
];

Deno.test("splitWords() splits as shlex does", () => {
  for (const [text, words] of SPLIT) assert.deepEqual(splitWords(text), words, text);
});

Deno.test("splitWords() refuses a quote that is not closed", () => {
  for (const text of [`"`, `a "b`, `a 'b`, `'a' "b' c`, String.raw`"a\"`]) {
    assert.throws(() => splitWords(text), /^SyntaxError: the quote ["'] is not closed$/, text);
  }
});

Deno.test("splitWords() refuses a backslash at the end", () => {
  for (const text of ["\\", "a b\\", "a '\\' \\"]) {
    assert.throws(() => splitWords(text), /^SyntaxError: nothing follows the last "\\"$/, text);
  }
});

Deno.test("splitWords() gives back any words that were quoted", () => {
  const word = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(fc.array(word), (words) => {
    const single = words.map((text) => `'${text.replaceAll("'", `'"'"'`)}'`);
    assert.deepEqual(splitWords(single.join(" ")), words);
    const double = words.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`);
    assert.deepEqual(splitWords(double.join("\n")), words);
  }));
});

Deno.test("splitWords() takes a long text", () => {
  const text = `"${"a b ".repeat(200_000)}"`;
  assert.equal(splitWords(text)[0]!.length, 800_000);
});
