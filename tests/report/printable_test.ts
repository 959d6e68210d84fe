import assert from "node:assert/strict";
import fc from "fast-check";
import { printable, printableJson, printableLines } from "../../src/report/printable.ts";

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Texts with everything in them that a terminal or a log might obey. */
const nasty = fc.array(
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\x1b[31m", "\u009b2J", "\r", "\n", "\t", "\u202e", "\ud800", "##[group]"),
    fc.constantFrom("https://joe:secret@host/", "::error::", "\x07", "\x7f", "é", "環境", "👩‍🚀"),
  ),
).map((parts) => parts.join(""));

Deno.test("printable() leaves letters of all scripts, emoji and spaces as they are", () => {
  for (const text of ["", "a  b", "é", "e\u0301", "環境", "👩‍🚀", "می‌خواهم", "a\u00a0b"]) {
    assert.equal(printable(text), text);
  }
});

Deno.test("printable() makes one space of breaks and tabs", () => {
  assert.equal(printable("a\r\n\tb\u2028c\u0085d"), "a b c d");
});

Deno.test("printable() writes out escapes, other controls, what turns the direction, and halves of characters", () => {
  assert.equal(printable("\x1b[31m"), "\\u{1b}[31m");
  assert.equal(printable("\u009b0m\x07\x7f\0"), "\\u{9b}0m\\u{7}\\u{7f}\\u{0}");
  assert.equal(printable("a\u202eb\u2066c"), "a\\u{202e}b\\u{2066}c");
  assert.equal(printable("\ud800x"), "\\u{d800}x");
});

Deno.test("printable() hides who logs in with an address", () => {
  assert.equal(printable("GET https://joe:se%20cret@host/x@y"), "GET https://***@host/x@y");
  assert.equal(printable("acme/bot:1@sha256:ab"), "acme/bot:1@sha256:ab");
});

Deno.test("printable() leaves nothing that a terminal obeys, and changes nothing the second time", () => {
  fc.assert(fc.property(nasty, (text) => {
    const clean = printable(text);
    assert.doesNotMatch(clean, UNPRINTABLE);
    assert.equal(printable(clean), clean);
  }));
});

Deno.test("printableLines() keeps lines apart, and an end of line at the end makes no further one", () => {
  assert.deepEqual(printableLines("a\r\nb\n\n\x1bc\n"), ["a", "b", "", "\\u{1b}c"]);
  assert.deepEqual(printableLines(""), [""]);
});

Deno.test("printableJson() says the same as JSON, without a character that anybody obeys", () => {
  fc.assert(fc.property(nasty, nasty, (key, value) => {
    const text = printableJson({ [key]: [value] });
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify({ [key]: [value] })));
    assert.doesNotMatch(text.replaceAll("\n", ""), UNPRINTABLE);
    assert.doesNotMatch(text, /##\[/);
  }));
});

Deno.test("printableJson() is indented", () => {
  assert.equal(printableJson({ a: "\u009b\u2028" }), '{\n  "a": "\\u009b\\u2028"\n}');
});
