import assert from "node:assert/strict";
import { dockerignore } from "../../src/dockerfile/mod.ts";

function patternsOf(text: string, needsZip = true): readonly string[] {
  const files = [{ name: ".gitignore", text }];
  const lines = dockerignore(files, { artifactsDir: "output", exclude: [], needsZip }).split("\n");
  return lines.slice(1, lines.indexOf("# What no image of the robot holds."));
}

/** A line of a .gitignore, and what a .dockerignore says in its place. */
const LINES: readonly (readonly [line: string, pattern: string | undefined])[] = [
  ["", undefined],
  ["   ", undefined],
  ["# a comment", undefined],
  ["\\#file", "**/\\#file"],
  ["*.log", "**/*.log"],
  ["temp/", "**/temp"],
  ["/temp", "temp"],
  ["/temp/", "temp"],
  ["docs/*.tmp", "docs/*.tmp"],
  ["a/**/b", "a/**/b"],
  ["**/cache", "**/cache"],
  ["!keep.log", "!**/keep.log"],
  ["!/keep", "!keep"],
  ["\\!odd", "**/\\!odd"],
  ["trailing   ", "**/trailing"],
  ["trailing\\ ", "**/trailing[ ]"],
  ["file[!0-9]", "**/file[^0-9]"],
  ["/", undefined],
];

for (const [line, pattern] of LINES) {
  Deno.test(`dockerignore() says ${JSON.stringify(line)} as ${pattern ?? "nothing"}`, () => {
    assert.deepEqual(patternsOf(line), pattern === undefined ? [] : [pattern]);
  });
}

Deno.test("dockerignore() takes back what the build needs, whatever the robot leaves out", () => {
  const options = { artifactsDir: "out[1]", exclude: ["*.mp4"], needsZip: true };
  const text = dockerignore([{ name: ".ignore", text: "\ufeffrcc\r\n*.zip\r\n" }], options);
  assert.equal(
    text,
    [
      `# ".ignore"`,
      "**/rcc",
      "**/*.zip",
      "# --exclude",
      "**/*.mp4",
      "# What no image of the robot holds.",
      "**/.git",
      "out\\[1\\]",
      "Dockerfile",
      ".dockerignore",
      "# What the build needs.",
      "!rcc",
      "!hololib.zip",
      "",
    ].join("\n"),
  );
});

Deno.test("dockerignore() leaves hololib.zip out where no build needs it", () => {
  const text = dockerignore([], { artifactsDir: "output", exclude: [], needsZip: false });
  assert.match(text, /^hololib\.zip$/m);
  assert.doesNotMatch(text, /^!hololib\.zip$/m);
});
