import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentFile } from "../../src/rcc/environment_file.ts";
import { readRobot } from "../../src/robot/mod.ts";
import { fixturePath } from "../support/fixtures.ts";

Deno.test("environmentFile() is the robot's own file as long as its text is", async () => {
  const robot = await readRobot(fixturePath("tiny", "robot"));
  await using file = await environmentFile({ robot });
  assert.equal(file.path, robot.environment!.path);
});

Deno.test("environmentFile() sweeps what killed processes have left, and nobody else's", async () => {
  const robot = await readRobot(fixturePath("tiny", "robot"));
  const left = join(tmpdir(), "rcc-oci-resolve-LEFT00");
  await mkdir(left, { recursive: true });
  await writeFile(join(left, "conda.yaml"), "old");
  await using first = await environmentFile({ robot, text: "first" });
  await using second = await environmentFile({ robot, text: "second" });
  assert.equal(await readFile(first.path, "utf8"), "first", "one that is in use stays");
  assert.equal(await readFile(second.path, "utf8"), "second");
  await assert.rejects(readdir(left), { code: "ENOENT" });
});
