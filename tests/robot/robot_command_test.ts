import assert from "node:assert/strict";
import { readRobot, robotCommands, shellOf } from "../../src/robot/mod.ts";
import { robotFolder, SMALL_ROBOT } from "./robot_folder.ts";

const LINES = `preRunScripts:
  - bash prepare.sh
  - windows.bat "unclosed
  - python setup.py
`;

Deno.test("robotCommands() has the scripts for Linux, then the tasks", async () => {
  await using folder = await robotFolder({
    "robot.yaml": `${SMALL_ROBOT}condaConfigFile: conda.yaml\n${LINES}`,
    "conda.yaml": "",
  });
  assert.deepEqual(robotCommands(await readRobot(folder.path)), [
    { origin: "preRunScript", name: "bash prepare.sh", words: ["bash", "prepare.sh"] },
    { origin: "preRunScript", name: "python setup.py", words: ["python", "setup.py"] },
    { origin: "task", name: "Run", words: ["python", "task.py"] },
  ]);
});

Deno.test("robotCommands() has no scripts without an environment", async () => {
  await using folder = await robotFolder({ "robot.yaml": SMALL_ROBOT + LINES });
  const commands = robotCommands(await readRobot(folder.path));
  assert.deepEqual(commands.map(({ origin }) => origin), ["task"]);
});

Deno.test("shellOf() finds the shell that a command names", () => {
  const cases: readonly (readonly [readonly string[], string | undefined])[] = [
    [["sh", "-c", "x"], "sh"],
    [["/bin/bash", "x.sh"], "/bin/bash"],
    [["env", "A=b", "-i", "dash", "x"], "dash"],
    [["/usr/bin/env", "python"], undefined],
    [["env"], undefined],
    [["python", "sh"], undefined],
    [["./sh.py"], undefined],
    [["bin/sh"], "bin/sh"],
  ];
  for (const [words, shell] of cases) {
    assert.equal(shellOf({ origin: "task", name: "x", words }), shell, words.join(" "));
  }
});
