import assert from "node:assert/strict";
import { robotEntries } from "../../src/plan/robot_layer.ts";
import type { RobotEntry } from "../../src/robot/mod.ts";

const OPTIONS = {
  owner: { uid: 0, gid: 0 },
  artifactsOwner: { uid: 1000, gid: 1000 },
  artifactsMode: 0o777,
};

const directory = (path: string): RobotEntry => ({ type: "directory", path, mode: 0o755 });

/** The folders of a robot's layer: path, owner and mode. */
function foldersOf(listed: readonly RobotEntry[], artifacts: readonly string[]) {
  return [...robotEntries(listed, { ...OPTIONS, artifacts })].flatMap((entry) =>
    entry.type === "directory" ? [[entry.path, entry.owner.uid, entry.mode.toString(8)]] : []
  );
}

Deno.test("robotEntries() makes the artifacts folder the user's, and the way to it", () => {
  assert.deepEqual(foldersOf([directory("a")], ["/home/robot/app/a/b/c"]), [
    ["home/robot/app/a", 0, "755"],
    ["home/robot/app/a/b", 0, "755"],
    ["home/robot/app/a/b/c", 1000, "777"],
  ]);
});

Deno.test("robotEntries() makes the robot's folder the user's where artifacts go there", () => {
  assert.deepEqual(foldersOf([directory("a")], ["/home/robot/app"]), [
    ["home/robot/app/a", 0, "755"],
    ["home/robot/app", 1000, "777"],
  ]);
});

Deno.test("robotEntries() makes a second folder where artifacts go to an absolute one too", () => {
  assert.deepEqual(foldersOf([], ["/home/robot/app/out", "/out"]), [
    ["home/robot/app/out", 1000, "777"],
    ["out", 1000, "777"],
  ]);
});

Deno.test("robotEntries() packs a file only as it was listed", () => {
  const seen = { ino: 1, size: 2, mtimeMs: 3 };
  const file = { type: "file", path: "a", absolute: "/x/a", size: 2, mode: 0o644, seen } as const;
  const artifacts = ["/home/robot/app/output"];
  const [entry] = robotEntries([file], { ...OPTIONS, artifacts });
  assert.ok(entry?.type === "file" && entry.content.kind === "stored");
  assert.deepEqual(entry.content.stored.seen, seen);
});
