import assert from "node:assert/strict";
import { parseRobotDefinition } from "../../src/robot/robot_definition.ts";
import { SourceText } from "../../src/robot/source_text.ts";

function parse(text: string) {
  return parseRobotDefinition(new SourceText(text, "robot.yaml"));
}

/** What is wrong with a robot.yaml: `line:column: message: "line"`. */
function faultsOf(text: string): readonly string[] {
  return parse(text).failures.map(({ id, message }) => {
    assert.equal(id, "robot/definition");
    const prefix = 'failed to read "robot.yaml": robot.yaml:';
    assert.ok(message.startsWith(prefix), message);
    return message.slice(prefix.length);
  });
}

/** The faults of a robot.yaml that is right but for these lines behind its first task. */
const faultsWith = (lines: string) =>
  faultsOf(`tasks: {Run: {shell: x}}\nartifactsDir: output\n${lines}`);

const texts = (entries: readonly { readonly text: string }[]) => entries.map(({ text }) => text);

const WHOLE = `# A robot
tasks:
  Run Task:
    shell: python task.py
  Show Env:
    command:
      - sh
      - -c
      - env | sort > "$ROBOT_ARTIFACTS/env.txt"; hello
  Framework:
    robotTaskName: My robot task
devTasks:
  Setup:
    shell: ""
  Empty:
condaConfigFile: envs/conda.yaml
environmentConfigs:
  - environment_linux_amd64_freeze.yaml
  - envs/conda.yaml
preRunScripts:
  - prepare_linux.sh
  - prepare_windows.bat 'unclosed
artifactsDir: ./output/
PATH:
  - .
  - bin/
PYTHONPATH:
  - libs//common
ignoreFiles:
  - .gitignore
  - " "
unknown: [anything, {at: all}]
`;

Deno.test("parseRobotDefinition() reads every field", () => {
  const { definition, failures } = parse(WHOLE);
  assert.deepEqual(failures, []);
  assert.deepEqual(definition.tasks, [
    { name: "Run Task", definition: { shell: "python task.py" } },
    {
      name: "Show Env",
      definition: { command: ["sh", "-c", `env | sort > "$ROBOT_ARTIFACTS/env.txt"; hello`] },
    },
    { name: "Framework", definition: { robotTaskName: "My robot task" } },
  ]);
  assert.equal(definition.artifactsDir, "output");
  assert.equal(definition.condaConfigFile?.text, "envs/conda.yaml");
  assert.deepEqual(texts(definition.environmentConfigs), [
    "environment_linux_amd64_freeze.yaml",
    "envs/conda.yaml",
  ]);
  assert.deepEqual(definition.preRunScripts, ["prepare_linux.sh", "prepare_windows.bat 'unclosed"]);
  assert.deepEqual(texts(definition.PATH), [".", "bin/"]);
  assert.deepEqual(texts(definition.PYTHONPATH), ["libs//common"]);
  assert.deepEqual(texts(definition.ignoreFiles), [".gitignore"]);
});

Deno.test("parseRobotDefinition() needs tasks and artifactsDir only", () => {
  const { definition, failures } = parse("tasks: {Run: {shell: x}}\nartifactsDir: output\n");
  assert.deepEqual(failures, []);
  assert.deepEqual(definition, {
    tasks: [{ name: "Run", definition: { shell: "x" } }],
    artifactsDir: "output",
    condaConfigFile: undefined,
    environmentConfigs: [],
    preRunScripts: [],
    ignoreFiles: [],
    PATH: [],
    PYTHONPATH: [],
  });
});

Deno.test("parseRobotDefinition() takes an empty value for none", () => {
  const lines = ["devTasks", "condaConfigFile", "environmentConfigs", "preRunScripts"]
    .concat("ignoreFiles", "PATH", "PYTHONPATH").map((key) => `${key}:\n`).join("");
  assert.deepEqual(faultsWith(lines), []);
});

Deno.test("parseRobotDefinition() takes numbers and booleans for the text that was written", () => {
  const { definition, failures } = parse(
    "tasks:\n  1.10: {shell: yes}\n  yes: {command: [python, 3.10, ~]}\nartifactsDir: 007\n",
  );
  assert.deepEqual(failures, []);
  assert.deepEqual(definition.tasks, [
    { name: "1.10", definition: { shell: "yes" } },
    { name: "yes", definition: { command: ["python", "3.10", ""] } },
  ]);
  assert.equal(definition.artifactsDir, "007");
});

Deno.test("parseRobotDefinition() merges, and what stands later wins", () => {
  const { definition, failures } = parse(
    "base: &base {shell: base, command: ~}\nother: &other {shell: other}\n" +
      "tasks:\n" +
      "  Before: {<<: *base, shell: own}\n" +
      "  After: {shell: own, <<: *base}\n" +
      "  First: {<<: [*base, *other]}\n" +
      "  Alias: *other\n" +
      "artifactsDir: output\n",
  );
  assert.deepEqual(failures, []);
  assert.deepEqual(definition.tasks.map(({ name, definition }) => [name, definition]), [
    ["Before", { shell: "own" }],
    ["After", { shell: "base" }],
    ["First", { shell: "base" }],
    ["Alias", { shell: "other" }],
  ]);
});

Deno.test("parseRobotDefinition() merges whole tasks", () => {
  const { definition } = parse(
    "base: &base {Run: {shell: a}, Stop: {shell: b}}\n" +
      "tasks:\n  <<: *base\n  Stop: {shell: c}\nartifactsDir: output\n",
  );
  assert.deepEqual(definition.tasks, [
    { name: "Run", definition: { shell: "a" } },
    { name: "Stop", definition: { shell: "c" } },
  ]);
});

Deno.test("parseRobotDefinition() misses tasks and artifactsDir in an empty file", () => {
  for (const text of ["", "---\n", "# nothing\n", "other: x\n", "tasks:\n", "tasks: {}\n"]) {
    assert.deepEqual(
      faultsOf(text).map((fault) => fault.replace(/: "[^"]*"$/, "")),
      [
        '1:1: "tasks" is missing or empty, name at least one task',
        '1:1: "artifactsDir" is missing or empty, expected a folder such as "output"',
      ],
      text,
    );
  }
});

for (
  const [text, expected] of [
    ["- a\n", '1:1: the file is a list, expected keys and values: "- a"'],
    ["text\n", '1:1: the file is "text", expected keys and values: "text"'],
  ] as const
) {
  Deno.test(`parseRobotDefinition() refuses ${JSON.stringify(text)} as a whole`, () => {
    assert.equal(faultsOf(text)[0], expected);
  });
}

const ONE_OF = `one of "robotTaskName", "shell" and "command"`;

for (
  const [tasks, expected] of [
    ["[a]", `"tasks" is a list, expected names and their tasks`],
    ["a", `"tasks" is "a", expected names and their tasks`],
    ["{Run: }", `task "Run" has nothing to run, expected ${ONE_OF}`],
    ["{Run: ~}", `task "Run" has nothing to run, expected ${ONE_OF}`],
    ["{Run: {}}", `task "Run" has nothing to run, expected ${ONE_OF}`],
    ["{Run: {script: x}}", `task "Run" has nothing to run, expected ${ONE_OF}`],
    [`{Run: {shell: ""}}`, `task "Run" has nothing to run, expected ${ONE_OF}`],
    ["{Run: {command: []}}", `task "Run" has nothing to run, expected ${ONE_OF}`],
    ["{Run: python x.py}", `task "Run" is "python x.py", expected ${ONE_OF}`],
    ["{Run: [a]}", `task "Run" is a list, expected ${ONE_OF}`],
    ["{Run: {shell: a, command: [b]}}", `task "Run" has both "shell" and "command", keep one`],
    [
      "{Run: {command: [b], robotTaskName: a}}",
      `task "Run" has both "robotTaskName" and "command", keep one`,
    ],
    [
      "{Run: {shell: a, command: [b], robotTaskName: c}}",
      `task "Run" has "robotTaskName", "shell" and "command", keep one`,
    ],
    ["{Run: {shell: [a]}}", `"shell" of task "Run" is a list, expected text`],
    ["{Run: {robotTaskName: {a: b}}}", `"robotTaskName" of task "Run" is a mapping, expected text`],
    [
      "{Run: {command: python x.py}}",
      `"command" of task "Run" is "python x.py", expected a list, write "- " before each entry`,
    ],
    ["{Run: {command: {a: b}}}", `"command" of task "Run" is a mapping, expected a list`],
    [
      "{Run: {command: [a, [b]]}}",
      `"command" of task "Run", entry 2, is a list, expected text`,
    ],
    [`{Run: {shell: "'a"}}`, `task "Run" cannot be run, the quote ' is not closed`],
    [`{Run: {shell: "# a"}}`, `task "Run" cannot be run, it has no word`],
    [`{Run: {shell: 'a \\'}}`, `task "Run" cannot be run, nothing follows the last "\\"`],
    [`{Run: {command: [""]}}`, `task "Run" cannot be run, its first word is ""`],
    ["{[a]: {shell: b}}", `a key is a list, expected text`],
    ["{Run: {shell: !!int a}}", `the tag of "a" does not fit, remove the tag`],
    ["{<<: [a], Run: {shell: x}}", `"<<" merges "a", expected mappings`],
    ["&t {Run: {shell: x}, <<: *t}", `the mapping merges itself, remove the alias`],
    [`{"a\\nb": {}}`, `task "a\\u{a}b" has nothing to run, expected ${ONE_OF}`],
  ] as const
) {
  Deno.test(`parseRobotDefinition() refuses the tasks ${tasks}`, () => {
    const line = `tasks: ${tasks}`;
    const [fault, ...others] = faultsOf(`${line}\nartifactsDir: output\n`);
    assert.deepEqual(others, []);
    assert.match(fault!, /^1:\d+: /);
    assert.equal(fault!.replace(/^1:\d+: /, ""), `${expected}: "${line}"`);
  });
}

Deno.test("parseRobotDefinition() points at the task's name", () => {
  const text = "artifactsDir: output\ntasks:\n  Run:\n    shell: a\n    command:\n      - b\n";
  assert.deepEqual(faultsOf(text), [
    '3:3: task "Run" has both "shell" and "command", keep one: "  Run:"',
  ]);
});

Deno.test("parseRobotDefinition() looks at the types of devTasks only", () => {
  assert.deepEqual(faultsWith("devTasks: {A: , B: {}, C: {shell: '\"'}}"), []);
  assert.deepEqual(faultsWith("devTasks: {A: [b]}"), [
    `3:15: task "A" is a list, expected ${ONE_OF}: "devTasks: {A: [b]}"`,
  ]);
  assert.deepEqual(faultsWith("devTasks: x"), [
    '3:11: "devTasks" is "x", expected names and their tasks: "devTasks: x"',
  ]);
});

Deno.test("parseRobotDefinition() skips keys that it does not know, twice too", () => {
  assert.deepEqual(faultsWith("x: 1\nx: 2\nTasks: [a]\npath: 3\n"), []);
});

Deno.test("parseRobotDefinition() takes a key that stands twice as rcc does", () => {
  const { definition, failures } = parseRobotDefinition(
    new SourceText(
      "tasks: {One: {shell: a, shell: b}}\nartifactsDir: x\nPATH: [a]\nPATH: [b]\n" +
        "tasks: {Two: {shell: !x c}, One: {shell: d}}\nartifactsDir: output\n",
      "robot.yaml",
    ),
  );
  assert.deepEqual(failures, []);
  assert.deepEqual(definition.tasks.map(({ name, definition }) => [name, definition]), [
    ["One", { shell: "d" }],
    ["Two", { shell: "c" }],
  ]);
  assert.equal(definition.artifactsDir, "output");
  assert.deepEqual(definition.PATH.map(({ text }) => text), ["b"]);
});

for (
  const [dir, fault] of [
    ["/tmp/out", "is absolute"],
    ["C:\\out", "is absolute"],
    [".", "is the robot's own folder"],
    ["./", "is the robot's own folder"],
    ["a/..", "is the robot's own folder"],
    ["..", "leaves the robot's folder"],
    ["../out", "leaves the robot's folder"],
    ["a/../../out", "leaves the robot's folder"],
    ["..\\out", "leaves the robot's folder"],
    ["out\\put", `has a "\\", which is part of a name on Linux`],
  ] as const
) {
  Deno.test(`parseRobotDefinition() refuses the artifactsDir ${dir}`, () => {
    assert.deepEqual(faultsOf(`tasks: {Run: {shell: x}}\nartifactsDir: ${dir}\n`), [
      `2:15: "artifactsDir" ${fault}, expected a folder such as "output": "artifactsDir: ${dir}"`,
    ]);
  });
}

Deno.test("parseRobotDefinition() accepts an artifactsDir anywhere inside", () => {
  const dirs = { "a/b": "a/b", "./a": "a", "a//b/": "a/b", "a/../b": "b", "..a": "..a" };
  for (const [written, normal] of Object.entries(dirs)) {
    const { definition } = parse(`tasks: {Run: {shell: x}}\nartifactsDir: ${written}\n`);
    assert.equal(definition.artifactsDir, normal);
  }
});

Deno.test("parseRobotDefinition() refuses an artifactsDir that is no text", () => {
  assert.deepEqual(faultsOf("tasks: {Run: {shell: x}}\nartifactsDir: [a]\n"), [
    '2:15: "artifactsDir" is a list, expected text: "artifactsDir: [a]"',
  ]);
});

for (const key of ["PATH", "PYTHONPATH", "ignoreFiles"]) {
  Deno.test(`parseRobotDefinition() refuses paths of ${key} that are not inside`, () => {
    const line = `${key}: [., /usr/bin, a/../.., "a\\nb"]`;
    const column = (text: string) => line.indexOf(text) + 1;
    assert.deepEqual(faultsWith(line), [
      `3:${column("/usr")}: "/usr/bin" in "${key}" is absolute, ` +
      `expected a path inside the robot's folder: "${line}"`,
      `3:${column("a/..")}: "a/../.." in "${key}" leaves the robot's folder, ` +
      `expected a path inside the robot's folder: "${line}"`,
      `3:${column('"a')}: "a\\u{a}b" in "${key}" has a control character, ` +
      `expected a path inside the robot's folder: "${line}"`,
    ]);
  });
}

for (
  const key of ["PATH", "PYTHONPATH", "ignoreFiles", "preRunScripts", "environmentConfigs"]
) {
  Deno.test(`parseRobotDefinition() refuses text where ${key} is a list`, () => {
    const line = `${key}: a`;
    assert.deepEqual(faultsWith(line), [
      `3:${
        key.length + 3
      }: "${key}" is "a", expected a list, write "- " before each entry: "${line}"`,
    ]);
  });
}

Deno.test("parseRobotDefinition() refuses scripts for Linux that cannot be run", () => {
  assert.deepEqual(faultsWith("preRunScripts:\n  - 'a \"b'\n  - windows.bat \"b\n  -\n"), [
    `4:5: the script "a "b" cannot be run, the quote " is not closed: "  - 'a "b'"`,
    `6:4: the script "" cannot be run, it has no word: "  -"`,
  ]);
});

Deno.test("parseRobotDefinition() names everything that is wrong at once, in the order of the file", () => {
  const text = `PATH: [/a]
tasks:
  One:
  Two: {shell: a, command: [b]}
artifactsDir: ..
preRunScripts: ["'"]
devTasks: 1
PYTHONPATH: x
ignoreFiles: {}
`;
  assert.deepEqual(faultsOf(text).map((fault) => fault.split(":")[0]), [
    ...["1", "3", "4", "5", "6", "7", "8", "9"],
  ]);
});
