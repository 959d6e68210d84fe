import assert from "node:assert/strict";
import { onOneLine, quote, quoteAll } from "../../src/robot/quote.ts";

Deno.test("quote() leaves ordinary text as it is", () => {
  assert.equal(quote('Run "it", é 漢 🤖 C:\\x'), '"Run "it", é 漢 🤖 C:\\x"');
  assert.equal(quote(""), '""');
});

Deno.test("quote() writes out what would break the line or hide", () => {
  assert.equal(quote("a\nb\r\tc\u0000\u007f\u0085"), '"a\\u{a}b\\u{d}\\u{9}c\\u{0}\\u{7f}\\u{85}"');
  assert.equal(quote("a\u2028b\u2029c\ufeffd\ud800"), '"a\\u{2028}b\\u{2029}c\\u{feff}d\\u{d800}"');
});

Deno.test("quote() hides the password in an address", () => {
  assert.equal(
    quote("--extra-index-url https://me:s3cret@example.com/simple"),
    '"--extra-index-url https://***@example.com/simple"',
  );
  assert.equal(quote("https://example.com/a@b"), '"https://example.com/a@b"');
});

Deno.test("onOneLine() cuts behind 200 characters, not in the middle of one", () => {
  assert.equal(onOneLine("🤖".repeat(200)), "🤖".repeat(200));
  assert.equal(onOneLine("🤖".repeat(201)), `${"🤖".repeat(200)}…`);
});

Deno.test("quoteAll() joins as one would say it", () => {
  assert.equal(quoteAll([]), "");
  assert.equal(quoteAll(["a"]), '"a"');
  assert.equal(quoteAll(["a", "b"]), '"a" and "b"');
  assert.equal(quoteAll(["a", "b", "c"]), '"a", "b" and "c"');
});
