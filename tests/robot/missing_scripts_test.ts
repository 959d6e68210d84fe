import assert from "node:assert/strict";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import { robotFolder } from "./robot_folder.ts";

/** What is said of a task with these words, of a robot that has `task.py` and `lib/a.robot`. */
async function warningOf(command: readonly string[], pattern = ""): Promise<string | undefined> {
  await using folder = await robotFolder({
    "robot.yaml": `tasks: {Run: {command: ${JSON.stringify(command)}}}\nartifactsDir: output\n`,
    ...{ "task.py": "", "lib/a.robot": "", "out.py": "" },
  });
  const exclude = pattern === "" ? [] : [pattern];
  const { warnings } = await listRobotFiles(await readRobot(folder.path), { exclude });
  assert.ok(warnings.length <= 1);
  return warnings[0]?.message;
}

for (
  const command of [
    ["python", "task.py", "gone.py"],
    ["python", "./task.py"],
    ["python", "-u", "lib/../task.py"],
    ["python", "-m", "pytest", "gone.py"],
    ["python", "-c", "import gone.py"],
    ["python", "-m", "robot", "-d", "output", "lib/a.robot"],
    ["python", "-m", "robot", "lib"],
    ["robot", "--output", "gone.robot", "lib/a.robot"],
    ["sh", "-c", "python gone.py"],
    ["python", "/opt/gone.py"],
    ["python", "*.py"],
    ["curl", "https://example.com/gone.sh"],
    ["gone.sh"],
  ]
) {
  Deno.test(`nothing is missing for ${command.join(" ")}`, async () => {
    assert.equal(await warningOf(command), undefined);
  });
}

for (
  const [command, script] of [
    [["python", "gone.py"], "gone.py"],
    [["python", "-u", "gone.py", "task.py"], "gone.py"],
    [["python", "-m", "robot", "-d", "output", "gone.robot"], "gone.robot"],
    [["python", "-m", "robocorp.tasks", "run", "gone.py", "-t", "producer"], "gone.py"],
    [["bash", "-e", "scripts/gone.sh"], "scripts/gone.sh"],
    [["node", "gone.mjs"], "gone.mjs"],
  ] as const
) {
  Deno.test(`a script is missing for ${command.join(" ")}`, async () => {
    assert.equal(
      await warningOf(command),
      `task "Run" runs "${script}", which is not in the robot, check its path`,
    );
  });
}

Deno.test("a script that a pattern leaves out is told with the pattern", async () => {
  assert.equal(
    await warningOf(["python", "task.py"], "task.*"),
    'task "Run" runs "task.py", which "task.*" of --exclude leaves out, narrow this pattern',
  );
});
