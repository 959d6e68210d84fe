import assert from "node:assert/strict";
import { SourceText } from "../../src/robot/source_text.ts";
import { parseYaml } from "../../src/robot/yaml_document.ts";
import type { YamlNode } from "../../src/robot/yaml_node.ts";
import { failuresFrom } from "./failures.ts";

const parse = (text: string) => parseYaml(new SourceText(text, "f.yaml"));
const valueOf = (text: string): unknown => plain(parse(text).root);
const failuresOf = (text: string) => failuresFrom(() => parse(text));

/** A tree as texts, lists and objects. */
function plain(node: YamlNode | undefined): unknown {
  if (node?.type === "alias") return plain(node.target);
  if (node?.type === "list") return node.items.map(plain);
  if (node?.type !== "mapping") return node?.text;
  return Object.fromEntries(node.pairs.map(({ key, value }) => [plain(key), plain(value)]));
}

/** The place of the only failure: `line:column: message`. */
async function brokenAt(text: string): Promise<string> {
  const failures = await failuresOf(text);
  assert.equal(failures.length, 1);
  const prefix = 'robot/yaml failed to read "f.yaml": f.yaml:';
  assert.ok(failures[0]!.startsWith(prefix), failures[0]);
  return failures[0]!.slice(prefix.length);
}

Deno.test("parseYaml() finds nothing in an empty file", () => {
  for (const text of ["", "\n\n", "# only a comment\n", "\ufeff"]) {
    assert.equal(parse(text).root, undefined, JSON.stringify(text));
  }
  assert.equal(valueOf("---\n"), "");
});

Deno.test("parseYaml() keeps scalars as they were written", () => {
  assert.deepEqual(valueOf("a: yes\nb: 3.10\nc: ~\nd: 'x'\ne: |\n  f\n  g\n"), {
    a: "yes",
    b: "3.10",
    c: "~",
    d: "x",
    e: "f\ng\n",
  });
});

Deno.test("parseYaml() reads the first document only", () => {
  assert.deepEqual(valueOf("a: b\n---\nc: d\n"), { a: "b" });
  assert.deepEqual(valueOf("--- \na: b\n...\n"), { a: "b" });
});

Deno.test("parseYaml() reads lines that end in LF, CR LF or CR alike", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = ["a:", "  - b", "  - c", "d: |", "  e", "  f", ""].join(end);
    assert.deepEqual(valueOf(text), { a: ["b", "c"], d: "e\nf\n" }, JSON.stringify(end));
  }
});

Deno.test("parseYaml() reads a list that is closed at the start of a line", () => {
  assert.deepEqual(valueOf("PATH: [\n  a,\n  b,\n]\n"), { PATH: ["a", "b"] });
});

Deno.test("parseYaml() points at the first break only", async () => {
  assert.equal(
    await brokenAt("tasks:\n  Run: {shell: x\nb: [\n"),
    '3:2: broken YAML, expected "," or "}", found ":": "b: ["',
  );
});

for (
  const [text, place] of [
    ["a: b\n  c: d\n", "2:4"],
    ["a:\n\t- b\n", "2:1"],
    ["a: @b\n", "1:4"],
    ["a: `b\n", "1:4"],
    ["a: 'b\n", "2:1"],
    ["a: [b\n", "2:1"],
    ["a: b: c\n", "1:5"],
    ["a\nb: c\n", "2:2"],
    ["a: &x &y b\n", "1:7"],
    ['a: "\\q"\n', "1:5"],
    ["a: 1\nb\n", "2:1"],
  ] as const
) {
  Deno.test(`parseYaml() refuses ${JSON.stringify(text)} and points at it`, async () => {
    assert.match(await brokenAt(text), new RegExp(`^${place}: broken YAML, `));
  });
}

/** What a reader of YAML 1.2 accepts, and gopkg.in/yaml.v2 v2.4.0 does not. */
for (
  const [text, expected] of [
    ["a: 1\n\t\nb: 2\n", "2:1: broken YAML, a tab, use spaces"],
    ["a: 1\n\t# c\n", '2:1: broken YAML, a tab, use spaces: "\\u{9}# c"'],
    ["\t", "1:1: broken YAML, a tab, use spaces"],
    ["-\tx\n", '1:2: broken YAML, a tab, use spaces: "-\\u{9}x"'],
    ["a: |\n  \tx\n", '2:3: broken YAML, a tab, use spaces: "  \\u{9}x"'],
    ["a: >-  # c\n\n \tx\n", '3:2: broken YAML, a tab, use spaces: " \\u{9}x"'],
    ['a: "x\\/y"\n', '1:6: broken YAML, "\\/" is no escape, write "/": "a: "x\\/y""'],
    [": b\n", '1:1: broken YAML, no key in front of ":", name one: ": b"'],
    [
      "a: [b]:\n",
      '1:7: broken YAML, a ":" where no key can be, put the text in quotes: "a: [b]:"',
    ],
    ["# c\n%YAML 1.2\n---\na: b\n", "2:1: broken YAML, rcc reads YAML 1.1 only, remove this"],
    ["a: \x07b\n", "1:4: broken YAML, the character U+0007 is not allowed, remove it"],
    ["\ufeff\ufeffa: b\n", "1:1: broken YAML, a second byte order mark, remove it"],
    ['a: "\\ud83d\\ude00"\n', "1:7: broken YAML, an escape that is no character: d83d"],
    ["a: b\0\n", "1:5: broken YAML, the character U+0000 is not allowed, remove it"],
  ] as const
) {
  Deno.test(`parseYaml() refuses ${JSON.stringify(text)} as rcc does`, async () => {
    assert.ok((await brokenAt(text)).startsWith(expected), await brokenAt(text));
  });
}

Deno.test("parseYaml() accepts the line ends and marks that rcc accepts", () => {
  assert.deepEqual(valueOf("# \u2028a: b\n"), { a: "b" });
  assert.deepEqual(valueOf("a: b\u0085c: d"), { a: "b", c: "d" });
  assert.deepEqual(valueOf("- 'a\u2028b'\n- |\n  c\u2029  d\n"), ["a\u2028b", "c\u2029d\n"]);
  assert.deepEqual(valueOf("a: b\n\ufeffc: d\n"), { a: "b", "\ufeffc": "d" });
});

Deno.test("parseYaml() accepts what stricter readers refuse", () => {
  assert.deepEqual(valueOf("a: 'x'#c\n"), { a: "x" });
  assert.deepEqual(valueOf("a: 'x\ny'\n"), { a: "x y" });
  assert.deepEqual(valueOf('a: "it\\\'s"\n'), { a: "it's" });
  assert.deepEqual(valueOf("a: !x b\nc: !<y> d\n"), { a: "b", c: "d" });
});

Deno.test("parseYaml() gives a block at the end of the file no line break that is not there", () => {
  for (const hint of ["|", "|+", ">", ">+", "|-"]) {
    assert.deepEqual(valueOf(`- ${hint}\n  hello`), ["hello"], hint);
  }
  assert.deepEqual(valueOf("- |\n  hello\n"), ["hello\n"]);
  assert.deepEqual(valueOf("- |+\n  hello\n\n"), ["hello\n\n"]);
});

Deno.test("parseYaml() accepts the tabs and escapes that rcc accepts", () => {
  assert.deepEqual(valueOf("a:\tb\n"), { a: "b" });
  assert.deepEqual(valueOf("a: b \t# c\n"), { a: "b" });
  assert.deepEqual(valueOf("a: [b,\n\t\n c]\n"), { a: ["b", "c"] });
  assert.deepEqual(valueOf("a: |2\n  \tx\n"), { a: "\tx\n" });
  assert.deepEqual(valueOf('a: "\\\\/ \\t \\x41 \\u00e9"\n'), { a: "\\/ \t A é" });
  assert.deepEqual(valueOf("%YAML 1.1\n---\na: b\n"), { a: "b" });
  assert.deepEqual(valueOf("'': b\n"), { "": "b" });
});

Deno.test("parseYaml() names every alias without an anchor before it", async () => {
  assert.deepEqual(await failuresOf("a: *x\nb: &x 1\nc: *x\nd: *y\n"), [
    'robot/yaml failed to read "f.yaml": f.yaml:1:4: broken YAML, ' +
    'the alias "*x" has no anchor "&x" before it: "a: *x"',
    'robot/yaml failed to read "f.yaml": f.yaml:4:4: broken YAML, ' +
    'the alias "*y" has no anchor "&y" before it: "d: *y"',
  ]);
});

Deno.test("parseYaml() takes the last anchor before an alias", () => {
  assert.deepEqual(valueOf("- &a one\n- *a\n- &a two\n- *a\n"), ["one", "one", "two", "two"]);
});

for (const [name, text] of [["[", "["], ["- ", "- "], ["{a: ", "{a: "], ["? ", "? "]] as const) {
  Deno.test(`parseYaml() gives up on a hundred thousand times "${name}"`, async () => {
    const place = await brokenAt(text.repeat(100_000));
    assert.match(place, /^1:\d{2,3}: broken YAML, nested deeper than 100 levels, make it simpler/);
  });
}

Deno.test("parseYaml() accepts thirty levels", () => {
  assert.equal(
    JSON.stringify(valueOf("[".repeat(30) + "]".repeat(30))),
    "[".repeat(30) + "]".repeat(30),
  );
});
