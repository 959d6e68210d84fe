import assert from "node:assert/strict";
import fc from "fast-check";
import { shellQuote } from "../../src/report/mod.ts";
import { printable } from "../../src/report/printable.ts";
import { run, toolTest } from "../support/tools.ts";

Deno.test("shellQuote() leaves plain words, quotes others, and writes out what a terminal obeys", () => {
  assert.equal(shellQuote("./out/image.tar"), "./out/image.tar");
  assert.equal(shellQuote("my image.tar"), "'my image.tar'");
  assert.equal(shellQuote("it's $HOME"), `'it'\\''s $HOME'`);
  assert.equal(shellQuote(""), "''");
  assert.equal(shellQuote("~"), "'~'");
  assert.equal(shellQuote("é"), "'é'");
  assert.equal(shellQuote("a\x1b'\\\n"), `$'a\\033\\'\\\\\\012'`);
  assert.equal(shellQuote("\u202e"), "$'\\342\\200\\256'");
});

/** What file names may hold. */
const words = fc.string({ unit: "binary" }).filter((word) => !word.includes("\0"));

Deno.test("shellQuote() gives what can be printed as it is", () => {
  fc.assert(fc.property(words, (word) => {
    const quoted = shellQuote(word.replaceAll("://", ""));
    assert.equal(printable(quoted), quoted);
  }));
});

toolTest({ name: "shellQuote() gives what bash reads as the word", needs: ["bash"] }, async () => {
  const samples = [
    "",
    "-n",
    "~",
    "a b",
    "it's",
    "$HOME `x` !!",
    "\x1b[31m\u0085'",
    "é\u202e\\",
    "7\x017",
  ]
    .concat(fc.sample(words, 200));
  const script = samples.map((word) => `printf '%s\\0' ${shellQuote(word)}`).join("\n");
  const { stdout } = await run("bash", ["-c", script], { env: { LC_ALL: "C" } });
  assert.deepEqual(stdout.split("\0").slice(0, -1), samples.map((word) => word.toWellFormed()));
});
