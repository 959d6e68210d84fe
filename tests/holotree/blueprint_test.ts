import { deepEqual, equal } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { blueprintHash, blueprintText, droppedDependencies } from "../../src/holotree/blueprint.ts";
import { parseCondaFile } from "../../src/robot/mod.ts";
import { fixturePath, largeFixturePath, TINY_HASH } from "../support/fixtures.ts";
import { toolTest } from "../support/tools.ts";

const blueprintOf = (yaml: string) => blueprintText(parseCondaFile(yaml, "conda.yaml"));

/** The blueprint of lists of packages, as YAML within the brackets. */
const packages = (conda: string, pip = "") =>
  blueprintOf(`channels: []\ndependencies: [${conda}${pip && `, {pip: [${pip}]}`}]\n`);

const lists = (...lines: readonly string[]) =>
  ["channels: []", "dependencies:", ...lines].join("\n");

Deno.test("blueprintHash() is the hash that RCC prints for the tiny robot", async () => {
  const yaml = await readFile(fixturePath("tiny", "robot", "conda.yaml"), "utf8");
  const { hash } = JSON.parse(await readFile(fixturePath("tiny", "hash.json"), "utf8"));
  equal(hash, TINY_HASH);
  equal(blueprintHash(blueprintOf(yaml)), hash);
});

toolTest({
  name: "blueprintHash() is the hash that RCC prints for the Python robot",
  needs: [],
  on: ["large fixtures"],
}, async () => {
  const yaml = await readFile(largeFixturePath("python", "robot", "conda.yaml")!, "utf8");
  const { hash } = JSON.parse(await readFile(largeFixturePath("python", "hash.json")!, "utf8"));
  equal(blueprintHash(blueprintOf(yaml)), hash);
});

Deno.test("blueprintText() normalises as RCC does", () => {
  const yaml = `
name: my env
channels: [conda-forge, conda-forge]
dependencies:
  - python=3.11.7
  - "pip = 23.2.1"
  - nodejs  >=20, <21
  - requests
  - 3.10
  - yes
  - pip:
      - requests==2.31.0
      - "rpaframework[aws] == 28.6.0"
      - --extra-index-url https://example.com/simple
      - 'package @ https://example.com/x.whl'
      - robotframework==7.0
      - weird: mapping
      - "yes"
      - null
rccPostInstall:
  - python -c "print('x')"
  - echo "äö"
  - echo "äö"
`;
  const text = blueprintOf(yaml);
  equal(
    text,
    [
      "name: my env",
      "channels:",
      "- conda-forge",
      "dependencies:",
      "- python=3.11.7",
      "- pip = 23.2.1",
      "- nodejs  >=20, <21",
      "- requests==2.31.0",
      "- pip:",
      "  - rpaframework[aws] == 28.6.0",
      "  - --extra-index-url https://example.com/simple",
      "  - package @ https://example.com/x.whl",
      "  - robotframework==7.0",
      '  - "yes"',
      "rccPostInstall:",
      `- python -c "print('x')"`,
      '- echo "äö"',
    ].join("\n"),
  );
  equal(blueprintHash(text), "d169266a6d864a34");
});

Deno.test("blueprintHash() takes no heed of white space at the ends", () => {
  const text = "channels:\n- conda-forge\ndependencies:\n- tinyenv=1.0";
  equal(blueprintHash(text), "95867f930bb13171");
  equal(blueprintHash(`\n ${text}\n\n`), "95867f930bb13171");
});

Deno.test("blueprintText() writes an empty conda.yaml with empty lists", () => {
  equal(blueprintOf("{}"), "channels: []\ndependencies: []");
});

Deno.test("blueprintText() keeps the order of keys, and prefix before rccPostInstall", () => {
  const yaml = `rccPostInstall: [x]\nprefix: p\ndependencies: [a]\nchannels: [c]\nname: me\n`;
  equal(
    blueprintOf(yaml),
    "name: me\nchannels:\n- c\ndependencies:\n- a\nprefix: p\nrccPostInstall:\n- x",
  );
});

Deno.test("blueprintText() writes commands of several lines as blocks", () => {
  const yaml = "channels: []\ndependencies: []\nrccPostInstall:\n- |\n  one\n  two\n- three\n";
  equal(
    blueprintOf(yaml),
    "channels: []\ndependencies: []\nrccPostInstall:\n- |\n  one\n  two\n- three",
  );
});

Deno.test("blueprintText() folds long pip lines at the depth of their list", () => {
  const hashes = Array(2).fill(`--hash=sha256:${"0".repeat(64)}`);
  equal(
    packages("a", `"b==1 ${hashes.join(" ")}"`),
    lists("- a", "- pip:", `  - b==1 ${hashes[0]}`, `    ${hashes[1]}`),
  );
});

Deno.test("blueprintText() keeps one of two equal packages, at the first one's place", () => {
  equal(packages("a, b=1, a=2, b"), lists("- a=2", "- b=1"));
  equal(packages("a =1, a  = 1"), lists("- a =1"));
});

Deno.test("blueprintText() tells packages apart by case and by extras", () => {
  equal(packages("a=1, A=2, 'a[x]=3'"), lists("- a=1", "- A=2", "- a[x]=3"));
});

Deno.test("blueprintText() keeps options of pip however often they stand there", () => {
  equal(
    packages("a", "--pre, --pre, -i https://a, -i https://b"),
    lists("- a", "- pip:", "  - --pre", "  - --pre", "  - -i https://a", "  - -i https://b"),
  );
});

Deno.test("blueprintText() passes over packages without a name", () => {
  equal(packages("'=1', '>=2', a, '~'"), lists("- a"));
});

Deno.test("blueprintText() lets conda install what both lists have", () => {
  equal(
    packages("a, b=1, c", "c==3, a==2, b, d"),
    lists("- a==2", "- b=1", "- c==3", "- pip:", "  - d"),
  );
  equal(packages("a", "a"), lists("- a"));
});

Deno.test("blueprintText() leaves pip's list as it is when it contradicts conda's, as RCC does", () => {
  equal(
    packages("a, b=1, c", "a==2, b==1, c==3"),
    lists("- a==2", "- b=1", "- c", "- pip:", "  - a==2", "  - b==1", "  - c==3"),
  );
});

Deno.test("blueprintText() puts a local channel first, though not for a package.yaml", () => {
  const localChannel = "/home/dev/.robocorp/channel";
  const conda = parseCondaFile("channels: [x]\ndependencies: []\n", "conda.yaml");
  equal(
    blueprintText(conda, { localChannel }),
    `channels:\n- ${localChannel}\n- x\ndependencies: []`,
  );
  const file = parseCondaFile("dependencies:\n  conda-forge: [a]\n  pypi: [b=1]\n", "package.yaml");
  equal(
    blueprintText(file, { localChannel }),
    "channels:\n- conda-forge\ndependencies:\n- a\n- pip:\n  - b==1",
  );
});

Deno.test("blueprintText() drops the rest of a list with two versions of a package, as RCC does", () => {
  const yaml = `channels: []
dependencies:
  - a=1
  - b
  - a=2
  - lost
  - pip:
      - c==1
      - c>=1
      - b==1
      - lost
`;
  equal(blueprintOf(yaml), "channels: []\ndependencies:\n- a=1\n- b\n- pip:\n  - c==1");
  deepEqual(droppedDependencies(parseCondaFile(yaml, "conda.yaml")), [
    'conda.yaml:5:5 has another version of "a" than line 3: rcc drops it, and everything behind it ' +
    "in its list without a word, keep one of the two",
    'conda.yaml:9:9 has another version of "c" than line 8: rcc drops it, and everything behind it ' +
    "in its list without a word, keep one of the two",
  ]);
});
