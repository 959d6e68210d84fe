import assert from "node:assert/strict";
import { join } from "node:path";
import { type CondaFile, parseCondaFile } from "../../src/robot/mod.ts";
import { readCondaFile } from "../../src/robot/conda_file.ts";
import { failuresFrom } from "./failures.ts";
import { folderOf } from "./robot_folder.ts";

const parse = (text: string) => parseCondaFile(text, "conda.yaml");
const texts = (entries: CondaFile["dependencies"]) => entries.map(({ text }) => text);

/** The only failure, without its beginning: `line:column: message`. */
async function faultOf(text: string): Promise<string> {
  const failures = await failuresFrom(() => parse(text));
  assert.equal(failures.length, 1, failures.join("\n"));
  return failures[0]!.replace(/^robot\/conda failed to read "conda.yaml": conda.yaml:/, "");
}

const WHOLE = `name: my env
channels:
  - conda-forge
  - conda-forge
dependencies:
  - python=3.11.7
  - "  pip = 23.2.1 "
  - nodejs  >=20, <21
  - 3.10
  - yes
  - "yes"
  - ~
  - 2020-01-01
  - pip:
      - requests==2.31.0
      - 'package @ https://example.com/x.whl'
      - 7
      - "7"
      - weird: mapping
  - other: [x]
  - [nested]
  - pip: [late]
prefix: /opt/env
rccPostInstall:
  - python -c "print('x')"
  - 12
unknown: {a: [b]}
`;

Deno.test("parseCondaFile() reads every field as rcc decodes it", () => {
  const conda = parse(WHOLE);
  assert.equal(conda.fileName, "conda.yaml");
  assert.equal(conda.format, "conda");
  assert.equal(conda.name, "my env");
  assert.deepEqual(conda.channels, ["conda-forge", "conda-forge"]);
  assert.deepEqual(texts(conda.dependencies), [
    "python=3.11.7",
    "pip = 23.2.1",
    "nodejs  >=20, <21",
    "yes",
    "2020-01-01",
  ]);
  assert.deepEqual(texts(conda.pip), [
    "requests==2.31.0",
    "package @ https://example.com/x.whl",
    "7",
    "late",
  ]);
  assert.equal(conda.prefix, "/opt/env");
  assert.deepEqual(conda.rccPostInstall, [`python -c "print('x')"`, "12"]);
});

Deno.test("parseCondaFile() keeps the place of each dependency", () => {
  const { dependencies, pip } = parse(WHOLE);
  assert.deepEqual(dependencies[1], {
    text: "pip = 23.2.1",
    line: 7,
    column: 5,
    sourceLine: '  - "  pip = 23.2.1 "',
  });
  assert.deepEqual(pip.at(-1), {
    text: "late",
    line: 22,
    column: 11,
    sourceLine: "  - pip: [late]",
  });
});

Deno.test("parseCondaFile() takes nothing for nothing", () => {
  const empty = { channels: [], dependencies: [], pip: [], name: "", prefix: "" };
  for (
    const text of [
      "",
      "---\n",
      "# nothing\n",
      "{}",
      "name:\nchannels:\ndependencies:\nprefix: ~\nrccPostInstall: null\n",
      "dependencies: []\nchannels: []\n",
      "dependencies:\n  - pip:\n  - pip: text\n  - pip: {a: b}\n",
    ]
  ) {
    const { channels, dependencies, pip, name, prefix } = parse(text);
    assert.deepEqual({ channels, dependencies, pip, name, prefix }, empty, text);
  }
});

Deno.test("parseCondaFile() takes numbers and booleans as text where text is wanted", () => {
  const conda = parse("name: 3.10\nchannels: [yes, 0x10, ~]\nrccPostInstall: [on]\n");
  assert.equal(conda.name, "3.10");
  assert.deepEqual(conda.channels, ["yes", "0x10", ""]);
  assert.deepEqual(conda.rccPostInstall, ["on"]);
});

Deno.test("parseCondaFile() drops unquoted numbers and booleans, and keeps quoted ones", () => {
  const plain = ["yes", "no", "on", "3.10", "1_000", "0x1F", "null", "~", ".inf", "True"];
  assert.deepEqual(texts(parse(`dependencies: [${plain.join(", ")}]`).dependencies), []);
  for (const quoted of [plain.map((text) => `'${text}'`), plain.map((text) => `"${text}"`)]) {
    const conda = parse(`dependencies: [${quoted.join(", ")}]`);
    assert.deepEqual(texts(conda.dependencies), plain);
  }
  const tagged = plain.map((text) => `!!str ${text}`);
  assert.deepEqual(texts(parse(`dependencies: [${tagged.join(", ")}]`).dependencies), plain);
});

Deno.test("parseCondaFile() follows aliases and merges", () => {
  const conda = parse(
    "base: &base {pip: [requests]}\nlist: &list [python]\n" +
      "one: &one uv\ndependencies:\n  - *one\n  - *base\n  - {<<: *base, other: 1}\n  - *list\n",
  );
  assert.deepEqual(texts(conda.dependencies), ["uv"]);
  assert.deepEqual(texts(conda.pip), ["requests", "requests"]);
  const whole = parse("list: &list [python, pip]\ndependencies: *list\n");
  assert.deepEqual(texts(whole.dependencies), ["python", "pip"]);
});

Deno.test("parseCondaFile() folds and joins lines as YAML does", () => {
  const conda = parse("dependencies:\n  - nodejs >=20,\n    <21\n  - >-\n    a\n    b\n");
  assert.deepEqual(texts(conda.dependencies), ["nodejs >=20, <21", "a b"]);
});

for (
  const [text, expected] of [
    ["- python\n", '1:1: the file is a list, expected keys and values: "- python"'],
    ["python\n", '1:1: the file is "python", expected keys and values: "python"'],
    [
      "dependencies: python\n",
      '1:15: "dependencies" is "python", expected a list, write "- " before each entry: ' +
      '"dependencies: python"',
    ],
    [
      "dependencies:\n  python: 3\n",
      '2:3: "dependencies" is a mapping, expected a list: "  python: 3"',
    ],
    ["channels:\n  - [a]\n", '2:5: "channels", entry 1, is a list, expected text: "  - [a]"'],
    ["name: {a: b}\n", '1:7: "name" is a mapping, expected text: "name: {a: b}"'],
    ["name: !!int x\n", '1:13: the tag of "x" does not fit, remove the tag: "name: !!int x"'],
    [
      "dependencies:\n  - {[a]: b}\n",
      '2:6: a key is a list, expected text: "  - {[a]: b}"',
    ],
    [
      "a: &a [{}]\ndependencies:\n  - {<<: *a}\n",
      '3:10: "<<" merges a list, expected mappings: "  - {<<: *a}"',
    ],
    [
      "dependencies: &d\n  - [*d]\n",
      '2:5: the value contains itself, remove the alias: "  - [*d]"',
    ],
    [
      "dependencies:\n  - &m {<<: *m}\n",
      '2:13: the value contains itself, remove the alias: "  - &m {<<: *m}"',
    ],
  ] as const
) {
  Deno.test(`parseCondaFile() refuses ${JSON.stringify(text)}`, async () => {
    assert.ok((await faultOf(text)).startsWith(expected), await faultOf(text));
  });
}

Deno.test("parseCondaFile() takes the last of a key that stands twice, and says where", () => {
  const conda = parse(
    "name: a\nchannels: [x]\ndependencies:\n  - pip: [a]\n    pip: [b]\nname: b\nchannels: [y]\n",
  );
  assert.deepEqual([conda.name, conda.channels, texts(conda.pip)], ["b", ["y"], ["b"]]);
  assert.deepEqual(conda.repeatedKeys.map(({ text, line }) => [text, line]), [
    ["name", 6],
    ["channels", 7],
    ["pip", 5],
  ]);
});

Deno.test("parseCondaFile() makes a text of a scalar with a tag of its own", () => {
  const conda = parse("dependencies: [!conda python, !x 3.10, ! yes, !!binary aGk=]\nname: !x ~\n");
  assert.deepEqual(texts(conda.dependencies), ["python", "3.10", "yes", "hi"]);
  assert.equal(conda.name, "~");
  assert.deepEqual(parse("channels: !!map [a]\n").channels, ["a"]);
});

Deno.test("parseCondaFile() accepts tags that say what is there", () => {
  const conda = parse(
    "!!map\nname: !!str 5\nchannels: !!seq [!!float 1, !!null ~, !!bool yes, ! on]\n",
  );
  assert.equal(conda.name, "5");
  assert.deepEqual(conda.channels, ["1", "", "yes", "on"]);
});

Deno.test("parseCondaFile() names everything that is wrong at once, in the order of the file", async () => {
  const failures = await failuresFrom(() =>
    parse("rccPostInstall: x\nname: [a]\nchannels: {}\ndependencies: b\nprefix: [c]\n")
  );
  assert.deepEqual(failures.map((failure) => /yaml:(\d+):/.exec(failure)?.[1]), [
    "1",
    "2",
    "3",
    "4",
    "5",
  ]);
});

/** Nine levels of nine aliases each: 387 million values. */
function bomb(join: (aliases: string) => string): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const below = Array(9).fill(`*a${level}`).join(", ");
    return `x${level + 1}: &a${level + 1} ${join(below)}\n`;
  });
  return `x0: &a0 ${join("")}\n${levels.join("")}`;
}

Deno.test("parseCondaFile() is not blown up by aliases of lists", async () => {
  const [failure] = await failuresFrom(() =>
    parse(bomb((aliases) => `[${aliases}]`) + "dependencies: [*a9]\n")
  );
  assert.match(failure!, /^robot\/yaml .* aliases repeat more than 100000 values, write out/);
});

Deno.test("parseCondaFile() is not blown up by aliases of merges", async () => {
  const [failure] = await failuresFrom(() =>
    parse(bomb((aliases) => `{<<: [${aliases}]}`) + "<<: *a9\n")
  );
  assert.match(failure!, /^robot\/yaml .* aliases repeat more than 100000 values, write out/);
});

Deno.test("parseCondaFile() leaves aliases alone that nothing uses", () => {
  assert.deepEqual(parse(bomb((aliases) => `[${aliases}]`)).dependencies, []);
});

Deno.test("parseCondaFile() reads twenty thousand dependencies", () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `  - package-${index}=1.0\n`);
  const conda = parse(`dependencies:\n${lines.join("")}`);
  assert.equal(conda.dependencies.length, 20_000);
  assert.equal(conda.dependencies.at(-1)!.line, 20_001);
});

Deno.test("parseCondaFile() gives broken YAML the kind robot", async () => {
  const [failure] = await failuresFrom(() => parse("dependencies: [a\n"));
  assert.match(failure!, /^robot\/yaml failed to read "conda.yaml": conda.yaml:2:1: broken YAML, /);
});

Deno.test("readCondaFile() gives the text too", async () => {
  await using folder = await folderOf({ "envs/conda.yaml": "dependencies: [a]\r\n" });
  const path = join(folder.path, "envs/conda.yaml");
  const { conda, text } = await readCondaFile(path, { fileName: "envs/conda.yaml" });
  assert.equal(text, "dependencies: [a]\r\n");
  assert.equal(conda.fileName, "envs/conda.yaml");
  assert.deepEqual(texts(conda.dependencies), ["a"]);
});
