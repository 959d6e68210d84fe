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
  assert.equal(definition.artifactsDir.text, "./output/");
  assert.equal(definition.condaConfigFile?.text, "envs/conda.yaml");
  assert.deepEqual(texts(definition.environmentConfigs), [
    "environment_linux_amd64_freeze.yaml",
    "envs/conda.yaml",
  ]);
  assert.deepEqual(texts(definition.preRunScripts), [
    "prepare_linux.sh",
    "prepare_windows.bat 'unclosed",
  ]);
  assert.deepEqual(texts(definition.PATH), [".", "bin/"]);
  assert.deepEqual(texts(definition.PYTHONPATH), ["libs//common"]);
  assert.deepEqual(texts(definition.ignoreFiles), [".gitignore"]);
});

Deno.test("parseRobotDefinition() needs tasks and artifactsDir only", () => {
  const { definition, failures } = parse("tasks: {Run: {shell: x}}\nartifactsDir: output\n");
  assert.deepEqual(failures, []);
  const { artifactsDir, ...others } = definition;
  assert.equal(artifactsDir.text, "output");
  assert.deepEqual(others, {
    tasks: [{ name: "Run", definition: { shell: "x" } }],
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
  assert.equal(definition.artifactsDir.text, "007");
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

/** What a robot.yaml says of its tasks, and what its author should know of it. */
function tasksAndWarnings(text: string) {
  const { definition, failures, warnings } = parse(text);
  assert.deepEqual(failures, []);
  return {
    tasks: Object.fromEntries(definition.tasks.map(({ name, definition }) => [name, definition])),
    warnings: warnings.map(({ message }) => message),
  };
}

const twice = (line: number, key: string) =>
  `the key "${key}" stands twice in robot.yaml, again in line ${line}, and rcc goes by what stands later`;

Deno.test("parseRobotDefinition() adds up tasks that stand twice, and says so", () => {
  const both =
    "tasks: {A: {shell: a}, B: {command: [b]}}\ntasks: {B: {shell: c}}\nartifactsDir: o\n";
  assert.deepEqual(tasksAndWarnings(both), {
    tasks: { A: { shell: "a" }, B: { shell: "c" } },
    warnings: [twice(2, "tasks")],
  });
  const nothing = both.replace("{B: {shell: c}}", "");
  assert.match(faultsOf(nothing)[0]!, /"tasks" is missing or empty/);
});

Deno.test("parseRobotDefinition() adds up tasks that are merged and those that are there", () => {
  const text = "base: &base {tasks: {A: {shell: a}}, PATH: [a]}\n<<: *base\n" +
    "tasks: {B: {shell: b}}\nPATH: [b]\nartifactsDir: o\n";
  assert.deepEqual(Object.keys(tasksAndWarnings(text).tasks), ["A", "B"]);
  assert.deepEqual(texts(parse(text).definition.PATH), ["b"]);
});

Deno.test("parseRobotDefinition() takes the last of anything else that stands twice, and says so", () => {
  const text = "artifactsDir: o\ntasks: {Run: {shell: a}, Run: {command: [c]}}\n" +
    "PATH: [a]\nPATH: [b]\nartifactsDir: p\n";
  assert.deepEqual(tasksAndWarnings(text), {
    tasks: { Run: { command: ["c"] } },
    warnings: [twice(4, "PATH"), twice(5, "artifactsDir"), twice(2, "Run")],
  });
  assert.deepEqual(texts(parse(text).definition.PATH), ["b"]);
});

Deno.test("parseRobotDefinition() holds the earlier of two to its type, as rcc does", () => {
  assert.deepEqual(faultsWith("PATH: a\nPATH: [b]\n"), [
    '3:7: "PATH" is "a", expected a list, write "- " before each entry: "PATH: a"',
  ]);
});

Deno.test("parseRobotDefinition() takes no notice of tags of others, and says so", () => {
  const text = "tasks: !x {Run: {shell: !env A, command: !y []}}\nartifactsDir: !!str 12\n";
  assert.deepEqual(tasksAndWarnings(text), {
    tasks: { Run: { shell: "A" } },
    warnings: [
      'the tag "!env" in line 1 of robot.yaml means nothing to rcc, which takes the text as it is',
    ],
  });
});

Deno.test("parseRobotDefinition() reads what a tag says of a text", () => {
  const text = "tasks: {a: {shell: !!binary aGVsbG8=}, b: {shell: !!timestamp 2001-01-01}}\n" +
    "artifactsDir: !x ~\n";
  const { definition, failures } = parse(text);
  assert.deepEqual(failures, []);
  assert.deepEqual(definition.tasks.map(({ definition }) => definition), [
    { shell: "hello" },
    { shell: "2001-01-01" },
  ]);
  assert.equal(definition.artifactsDir.text, "~");
  for (const shell of ["!!binary x", "!!timestamp x", "!!null x", "!!bool x", "!!float x"]) {
    assert.equal(faultsOf(`tasks: {a: {shell: ${shell}}}\nartifactsDir: o\n`).length, 1, shell);
  }
});

Deno.test("parseRobotDefinition() accepts a task that cannot be run beside one that can", () => {
  const text = `artifactsDir: o\ntasks:\n  Good: {shell: a}\n  Bad: {shell: "'a"}\n`;
  assert.deepEqual(tasksAndWarnings(text).warnings, [
    'task "Bad" cannot be run, the quote \' is not closed (line 4)',
  ]);
});

const DIRS = [
  ...["/tmp/out", "C:\\out", ".", "./", "a/..", "..", "../out", "a/../../out", "..\\out"],
  ...["out\\put", "a/b", "./a", "a//b/", "..a"],
];

for (const dir of DIRS) {
  Deno.test(`parseRobotDefinition() accepts the artifactsDir ${dir}, as rcc does`, () => {
    const { definition, failures } = parse(`tasks: {Run: {shell: x}}\nartifactsDir: ${dir}\n`);
    assert.deepEqual(failures, []);
    assert.equal(definition.artifactsDir.text, dir);
  });
}

Deno.test("parseRobotDefinition() refuses an artifactsDir that is no text", () => {
  assert.deepEqual(faultsOf("tasks: {Run: {shell: x}}\nartifactsDir: [a]\n"), [
    '2:15: "artifactsDir" is a list, expected text: "artifactsDir: [a]"',
  ]);
});

for (const key of ["PATH", "PYTHONPATH", "ignoreFiles"] as const) {
  Deno.test(`parseRobotDefinition() accepts paths of ${key} that are not inside, as rcc does`, () => {
    const paths = [".", "/usr/bin", "a/../..", "a\nb"];
    const lines = `${key}: ${JSON.stringify(paths)}\n`;
    const { definition, failures } = parse(`tasks: {Run: {shell: x}}\nartifactsDir: o\n${lines}`);
    assert.deepEqual(failures, []);
    assert.deepEqual(texts(definition[key]), paths);
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

Deno.test("parseRobotDefinition() names everything that is wrong at once, in the order of the file", () => {
  const text = `PATH: 1
tasks:
  One:
  Two: {shell: a, command: [b]}
artifactsDir: []
preRunScripts: x
devTasks: 1
PYTHONPATH: x
ignoreFiles: {}
`;
  assert.deepEqual(faultsOf(text).map((fault) => fault.split(":")[0]), [
    ...["1", "3", "4", "5", "6", "7", "8", "9"],
  ]);
});
