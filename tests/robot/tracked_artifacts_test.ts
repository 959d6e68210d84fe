import assert from "node:assert/strict";
import { join } from "node:path";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import { toolTest } from "../support/tools.ts";
import { robotFolder, SMALL_ROBOT } from "./robot_folder.ts";

async function git(folder: string, ...args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command("git", {
    args: ["-C", folder, ...args],
    stdout: "null",
    stderr: "null",
  }).output();
  assert.ok(success, args.join(" "));
}

async function warningsOf(folder: string): Promise<readonly string[]> {
  const { warnings } = await listRobotFiles(await readRobot(folder), { hostOs: "linux" });
  return warnings.map(({ message }) => message);
}

const NEEDS = ["git"] as const;

toolTest({
  name: "files that git tracks in the artifacts folder are told, and an old run's are not",
  needs: NEEDS,
}, async () => {
  await using folder = await robotFolder({
    ...{ "task.py": "", "output/.gitkeep": "", "output/data.csv": "", "output/log.html": "" },
  });
  await git(folder.path, "init");
  await git(folder.path, "add", "output/.gitkeep", "task.py");
  assert.deepEqual(await warningsOf(folder.path), []);
  await git(folder.path, "add", "output/data.csv");
  assert.deepEqual(await warningsOf(folder.path), [
    'git tracks "output/data.csv" in the artifacts folder, which starts empty in the image; ' +
    "move what the robot needs out of it",
  ]);
  await Deno.writeTextFile(
    join(folder.path, "robot.yaml"),
    SMALL_ROBOT.replace("output", "."),
  );
  assert.ok(!(await warningsOf(folder.path)).some((message) => message.startsWith("git")));
});

toolTest({ name: "of many such files some are named", needs: NEEDS }, async () => {
  const names = ["a", "b", "c", "d", "e"].map((name) => `output/${name}`);
  await using folder = await robotFolder({
    "task.py": "",
    ...Object.fromEntries(names.map((name) => [name, ""])),
  });
  await git(folder.path, "init");
  await git(folder.path, "add", ".");
  assert.match(
    (await warningsOf(folder.path))[0]!,
    /^git tracks "output\/a", "output\/b", "output\/c" and 2 more in/,
  );
});
