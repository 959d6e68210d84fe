import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { readRobot } from "../../src/robot/mod.ts";
import { failuresFrom } from "./failures.ts";
import { folderOf, robotFolder, SMALL_ROBOT } from "./robot_folder.ts";

const PYTHON_ROBOT = `tasks:
  Run Task:
    shell: python task.py
condaConfigFile: conda.yaml
preRunScripts:
  - python -c "open('output/prerun.txt','w').write('prerun ok')"
artifactsDir: output
PATH:
  - .
PYTHONPATH:
  - .
`;

const TINY_ROBOT = `tasks:
  Hello:
    shell: hello --from robot
  Show Env:
    command:
      - sh
      - -c
      - env | sort > "$ROBOT_ARTIFACTS/env.txt"; hello

condaConfigFile: conda.yaml
artifactsDir: output
PATH:
  - .
PYTHONPATH:
  - .
ignoreFiles:
  - .gitignore
`;

const CONDA = "channels:\n  - conda-forge\ndependencies:\n  - tinyenv=1.0\n";

/** The environment file that a robot of these lines and files is given, on any host. */
async function environmentOf(
  lines: string,
  files: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  await using folder = await robotFolder({ ...files, "robot.yaml": SMALL_ROBOT + lines });
  return (await readRobot(folder.path)).environment?.relative;
}

/** What is wrong with a robot of these lines and files. */
async function faultsOf(
  lines: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  await using folder = await robotFolder({ ...files, "robot.yaml": SMALL_ROBOT + lines });
  return await failuresFrom(() => readRobot(folder.path));
}

Deno.test("readRobot() reads a robot with an environment", async () => {
  await using folder = await folderOf({ "robot.yaml": PYTHON_ROBOT, "conda.yaml": CONDA });
  const { environment, ...robot } = await readRobot(join(folder.path, "robot.yaml"));
  assert.deepEqual(robot, {
    file: join(folder.path, "robot.yaml"),
    directory: folder.path,
    fileName: "robot.yaml",
    name: basename(folder.path),
    tasks: [{ name: "Run Task", definition: { shell: "python task.py" } }],
    needsTaskArgument: false,
    reach: { root: folder.path, below: ".", outside: [] },
    artifactsDir: "output",
    preRunScripts: [`python -c "open('output/prerun.txt','w').write('prerun ok')"`],
    ignoreFiles: [],
    PATH: ["."],
    PYTHONPATH: ["."],
    warnings: [],
  });
  assert.equal(environment?.path, join(folder.path, "conda.yaml"));
  assert.equal(environment?.relative, "conda.yaml");
  assert.equal(environment?.text, CONDA);
  assert.deepEqual(environment?.conda.dependencies, [
    { text: "tinyenv=1.0", line: 4, column: 5, sourceLine: "  - tinyenv=1.0" },
  ]);
});

Deno.test("readRobot() finds the robot.yaml of a folder, and takes any other name", async () => {
  await using folder = await robotFolder({ "sub/other.yml": SMALL_ROBOT });
  const file = join(folder.path, "robot.yaml");
  for (const path of [folder.path, `${folder.path}/`, file]) {
    assert.equal((await readRobot(path)).file, file);
  }
  const other = await readRobot(join(folder.path, "sub", "..", "sub", "other.yml"));
  assert.equal(other.fileName, "other.yml");
  assert.equal(other.directory, join(folder.path, "sub"));
  assert.equal(other.name, "sub");
});

Deno.test("readRobot() names the path that is not there", async () => {
  await using folder = await folderOf({});
  const none = join(folder.path, "none.yaml");
  assert.deepEqual(await failuresFrom(() => readRobot(none)), [
    `robot/not-found failed to read "${none}": no such file, check the path`,
  ]);
  assert.deepEqual(await failuresFrom(() => readRobot(folder.path)), [
    `robot/not-found failed to read "${folder.path}": no robot.yaml in this folder, ` +
    "name a robot.yaml or its folder",
  ]);
});

Deno.test("readRobot() says what makes a robot of an action package", async () => {
  await using folder = await folderOf({
    "package.yaml": "name: Actions\ndependencies:\n  pypi:\n    - sema4ai-actions=1.0.1\n",
    "robot/package.yaml": SMALL_ROBOT,
  });
  for (const path of [folder.path, join(folder.path, "package.yaml")]) {
    const [failure] = await failuresFrom(() => readRobot(path));
    assert.equal(
      failure,
      `robot/not-found failed to read "${path}": package.yaml is of an action package, which has ` +
        `no tasks that rcc runs: put a robot.yaml beside it with "condaConfigFile: package.yaml" ` +
        "and a task",
    );
  }
  // rcc does not mind what a robot.yaml is called.
  const other = await readRobot(join(folder.path, "robot", "package.yaml"));
  assert.equal(other.fileName, "package.yaml");
});

Deno.test("readRobot() needs a task's name when there are several and none was chosen", async () => {
  await using folder = await folderOf({ "robot.yaml": TINY_ROBOT, "conda.yaml": CONDA });
  const robot = await readRobot(folder.path);
  assert.equal(robot.needsTaskArgument, true);
  assert.equal(robot.chosenTask, undefined);
  const chosen = await readRobot(folder.path, { task: " show env" });
  assert.equal(chosen.needsTaskArgument, false);
  assert.equal(chosen.chosenTask, chosen.tasks[1]);
  assert.equal((await readRobot(folder.path, { task: "" })).chosenTask, undefined);
});

Deno.test("readRobot() lists the tasks when the one that was asked for is none", async () => {
  await using folder = await folderOf({ "robot.yaml": TINY_ROBOT, "conda.yaml": CONDA });
  assert.deepEqual(await failuresFrom(() => readRobot(folder.path, { task: "Show" })), [
    'robot/task failed to choose task "Show": robot.yaml has no task of this name, ' +
    'name one of "Hello", "Show Env"',
  ]);
});

Deno.test("readRobot() does not choose between tasks that differ in case only", async () => {
  const tasks = "tasks: {run: {shell: a}, Run: {shell: b}, other: {shell: c}}\nartifactsDir: o\n";
  await using folder = await folderOf({ "robot.yaml": tasks });
  assert.deepEqual(await failuresFrom(() => readRobot(folder.path, { task: "RUN" })), [
    'robot/task failed to choose task "RUN": robot.yaml has more than one of this name, ' +
    'name one of "run", "Run"',
  ]);
  assert.deepEqual((await readRobot(folder.path, { task: "run" })).chosenTask?.definition, {
    shell: "a",
  });
});

Deno.test("readRobot() takes the first environment file that fits linux_amd64 and is there", async () => {
  const lines = "condaConfigFile: conda.yaml\nenvironmentConfigs:\n" +
    "  - environment_windows_amd64_freeze.yaml\n" +
    "  - environment_linux_amd64_freeze.yaml\n" +
    "  - ./envs/base.yaml\n";
  const files = { "environment_windows_amd64_freeze.yaml": CONDA, "conda.yaml": CONDA };
  assert.equal(await environmentOf(lines, files), "conda.yaml");
  const withBase = { ...files, "envs/base.yaml": CONDA };
  assert.equal(await environmentOf(lines, withBase), "envs/base.yaml");
  const withFrozen = { ...withBase, "environment_linux_amd64_freeze.yaml": CONDA };
  assert.equal(await environmentOf(lines, withFrozen), "environment_linux_amd64_freeze.yaml");
});

Deno.test("readRobot() does not look at condaConfigFile when an environment file is there", async () => {
  const lines = "condaConfigFile: ../gone.yaml\nenvironmentConfigs: [base.yaml]\n";
  assert.equal(await environmentOf(lines, { "base.yaml": CONDA }), "base.yaml");
});

Deno.test("readRobot() takes no folder for an environment file", async () => {
  const lines = "condaConfigFile: conda.yaml\nenvironmentConfigs: ['', ., envs]\n";
  assert.equal(await environmentOf(lines, { "envs/x": "", "conda.yaml": CONDA }), "conda.yaml");
});

Deno.test("readRobot() reads a shell robot, and warns when it was not meant as one", async () => {
  await using folder = await robotFolder({
    "robot.yaml": `${SMALL_ROBOT}environmentConfigs: [conda_windows.yaml]\n`,
    "conda_windows.yaml": CONDA,
  });
  const robot = await readRobot(folder.path);
  assert.equal(robot.environment, undefined);
  assert.deepEqual(robot.warnings, [{
    kind: "no-environment",
    message: `no file of "environmentConfigs" is there and fits linux_amd64, ` +
      `so the robot starts without an environment`,
  }]);
});

for (
  const [path, why] of [
    ["gone.yaml", "is no file of the robot, check its name"],
    ["folder", "is no file of the robot, check its name"],
    ["../conda.yaml", "is no file of the robot, check its name"],
    [
      "/conda.yaml",
      "is looked for in the robot's folder by rcc, and is not there, name it relative to that",
    ],
    ["folder\\x.yaml", `has a "\\", which is part of a name on Linux, write "/" between folders`],
  ] as const
) {
  Deno.test(`readRobot() refuses the condaConfigFile ${path}`, async () => {
    const line = `condaConfigFile: ${path}`;
    assert.deepEqual(await faultsOf(`${line}\n`, { "folder/x.yaml": CONDA }), [
      'robot/definition failed to read "robot.yaml": robot.yaml:5:18: the environment file ' +
      `"${path}" ${why}: "${line}"`,
    ]);
  });
}

const SCRIPTS = "preRunScripts:\n  - 'a \"b'\n  - windows.bat \"b\n  -\n";

Deno.test("readRobot() refuses scripts for Linux that cannot be run, where rcc would run them", async () => {
  const lines = `condaConfigFile: conda.yaml\n${SCRIPTS}`;
  assert.deepEqual(await faultsOf(lines, { "conda.yaml": CONDA }), [
    'robot/definition failed to read "robot.yaml": robot.yaml:7:5: the script "a "b" cannot be ' +
    `run, the quote " is not closed: "  - 'a "b'"`,
    'robot/definition failed to read "robot.yaml": robot.yaml:9:4: the script "" cannot be run, ' +
    'it has no word: "  -"',
  ]);
  await using shellRobot = await robotFolder({ "robot.yaml": SMALL_ROBOT + SCRIPTS });
  assert.equal((await readRobot(shellRobot.path)).environment, undefined);
});

Deno.test("readRobot() refuses to choose a task that cannot be run", async () => {
  const tasks = `tasks: {Good: {shell: a}, Bad: {shell: "'a"}}\nartifactsDir: o\n`;
  await using folder = await folderOf({ "robot.yaml": tasks });
  assert.equal((await readRobot(folder.path, { task: "good" })).chosenTask?.name, "Good");
  assert.deepEqual(await failuresFrom(() => readRobot(folder.path, { task: "bad" })), [
    `robot/task failed to choose task "bad": it cannot be run, the quote ' is not closed`,
  ]);
});

Deno.test("readRobot() warns of ignore files that are not there, and reads the others", async () => {
  await using folder = await robotFolder({
    "robot.yaml": `${SMALL_ROBOT}ignoreFiles:\n  - .gitignore\n  - conf/./ignore\n  - conf\n`,
    "conf/ignore": "*.tmp\n",
  });
  const { ignoreFiles, warnings } = await readRobot(folder.path);
  assert.deepEqual(ignoreFiles, ["conf/ignore"]);
  assert.deepEqual(warnings.map(({ kind }) => kind), ["ignore-file", "ignore-file"]);
  assert.equal(
    warnings[0]?.message,
    'the ignore file ".gitignore" in line 6 is not there, so it leaves nothing out of the image',
  );
});

Deno.test("readRobot() warns of backslashes in search paths", async () => {
  await using folder = await robotFolder({
    "robot.yaml": `${SMALL_ROBOT}PATH: [., '.\\bin']\nPYTHONPATH:\n  - libs\\x\n`,
  });
  const { warnings, PATH } = await readRobot(folder.path);
  assert.deepEqual(PATH, [".", ".\\bin"]);
  assert.deepEqual(warnings, [
    {
      kind: "backslash",
      message:
        '".\\bin" in line 5 has a "\\", which is part of a name on Linux, write "/" between folders',
    },
    {
      kind: "backslash",
      message:
        '"libs\\x" in line 7 has a "\\", which is part of a name on Linux, write "/" between folders',
    },
  ]);
});

Deno.test("readRobot() finds a hololib.zip beside the robot.yaml, no folder of that name", async () => {
  await using folder = await robotFolder({ "hololib.zip": "zip" });
  assert.equal((await readRobot(folder.path)).hololibZip, join(folder.path, "hololib.zip"));
  await using other = await robotFolder({ "hololib.zip/x": "", "sub/hololib.zip": "" });
  assert.equal((await readRobot(other.path)).hololibZip, undefined);
});

Deno.test("readRobot() names everything that is wrong with robot.yaml and conda.yaml at once", async () => {
  await using folder = await folderOf({
    "robot.yaml": "tasks: {Run: {}}\nartifactsDir: []\ncondaConfigFile: conda.yaml\n",
    "conda.yaml": "dependencies: x\nchannels: y\n",
  });
  const failures = await failuresFrom(() => readRobot(folder.path, { task: "Other" }));
  assert.deepEqual(failures.map((failure) => failure.split(": ").slice(0, 2).join(": ")), [
    'robot/definition failed to read "robot.yaml": robot.yaml:1:9',
    'robot/definition failed to read "robot.yaml": robot.yaml:2:15',
    'robot/task failed to choose task "Other": robot.yaml has no task of this name, ' +
    'name one of "Run"',
    'robot/conda failed to read "conda.yaml": conda.yaml:1:15',
    'robot/conda failed to read "conda.yaml": conda.yaml:2:11',
  ]);
});

Deno.test("readRobot() names broken YAML in the environment file by its own name", async () => {
  const [failure] = await faultsOf("condaConfigFile: envs/c.yaml\n", { "envs/c.yaml": "a: [" });
  assert.match(failure!, /^robot\/yaml failed to read "envs\/c\.yaml": envs\/c\.yaml:1:\d: broken/);
});

Deno.test("readRobot() stops at an aborted signal", async () => {
  await using folder = await robotFolder();
  const signal = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(readRobot(folder.path, { signal }), /^Error: stopped$/);
});

Deno.test("readRobot() gives tasks that survive JSON", async () => {
  await using folder = await folderOf({ "robot.yaml": TINY_ROBOT, "conda.yaml": CONDA });
  const { tasks } = await readRobot(folder.path);
  assert.deepEqual(JSON.parse(JSON.stringify(tasks)), tasks);
});
