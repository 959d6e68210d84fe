import assert from "node:assert/strict";
import { parseCondaFile } from "../../src/robot/mod.ts";
import { failuresFrom } from "./failures.ts";

const WHOLE = `name: Greeter
dependencies:
  conda-forge:
    - python=3.11.7
    - uv=0.5
    - 3.10
  pypi:
    - sema4ai-actions=1.0.1
    - requests==2.31.0
    - " pandas = 2 "
    - numpy>=1.0
    - 'x @ https://example.com/?a=b'
dev-dependencies:
  pypi:
    - pytest
post-install:
  - echo hi
`;

Deno.test("parseCondaFile() reads a package.yaml, whatever the case of its name", () => {
  for (const fileName of ["package.yaml", "envs/Package.YAML"]) {
    const conda = parseCondaFile(WHOLE, fileName);
    assert.equal(conda.format, "package");
    assert.equal(conda.name, "");
    assert.deepEqual(conda.channels, ["conda-forge"]);
    assert.deepEqual(conda.dependencies.map(({ text }) => text), [
      "python=3.11.7",
      "uv=0.5",
      "3.10",
    ]);
    assert.deepEqual(conda.pip.map(({ text }) => text), [
      "sema4ai-actions==1.0.1",
      "requests==2.31.0",
      "pandas==2",
      "numpy>=1.0",
      "x @ https://example.com/?a=b",
    ]);
    assert.deepEqual(conda.rccPostInstall, ["echo hi"]);
  }
});

Deno.test("parseCondaFile() keeps the places of a package.yaml", () => {
  const { line, column, sourceLine } = parseCondaFile(WHOLE, "package.yaml").pip[2]!;
  assert.deepEqual({ line, column, sourceLine }, {
    line: 10,
    column: 7,
    sourceLine: '    - " pandas = 2 "',
  });
});

Deno.test("parseCondaFile() takes an empty package.yaml for an empty environment", () => {
  for (const text of ["", "dependencies:\n", "dependencies: {pypi: }\n", "dependencies: {}"]) {
    const conda = parseCondaFile(text, "package.yaml");
    assert.deepEqual([conda.dependencies, conda.pip], [[], []], text);
  }
});

Deno.test("parseCondaFile() refuses wrong shapes in a package.yaml, all at once", async () => {
  const text = "dependencies: [a]\ndev-dependencies: {pypi: x}\npost-install: {}\n";
  assert.deepEqual(await failuresFrom(() => parseCondaFile(text, "package.yaml")), [
    'robot/conda failed to read "package.yaml": package.yaml:1:15: "dependencies" is a list, ' +
    'expected "conda-forge" and "pypi": "dependencies: [a]"',
    'robot/conda failed to read "package.yaml": package.yaml:2:26: "pypi" is "x", ' +
    'expected a list, write "- " before each entry: "dev-dependencies: {pypi: x}"',
    'robot/conda failed to read "package.yaml": package.yaml:3:15: "post-install" is a mapping, ' +
    'expected a list: "post-install: {}"',
  ]);
});

Deno.test("parseCondaFile() reads pip's entries of a package.yaml by rcc's own pattern", () => {
  const pypi = ["foo==", "foo=1", "'foo\u00a0=1'", "'foo =\u00a01'", "foo~=1"];
  const { pip } = parseCondaFile(`dependencies: {pypi: [${pypi}]}`, "package.yaml");
  assert.deepEqual(pip.map(({ text }) => text), [
    ...["foo===", "foo==1", "foo\u00a0==1", "foo==\u00a01", "foo~=1"],
  ]);
});

Deno.test("parseCondaFile() merges the lists of a package.yaml that names them twice", () => {
  const text = "dependencies: {pypi: [a], conda-forge: [b]}\ndependencies: {pypi: [c]}\n";
  const { dependencies, pip } = parseCondaFile(text, "package.yaml");
  assert.deepEqual([dependencies, pip].map((all) => all.map(({ text }) => text)), [["b"], ["c"]]);
});
