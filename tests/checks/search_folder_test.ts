import assert from "node:assert/strict";
import { checkCommands, checkSearchFolders } from "../../src/checks/mod.ts";
import { searchFolder } from "../../src/checks/search_folder.ts";
import type { RobotEntry } from "../../src/robot/mod.ts";
import { treeOf } from "./places.ts";

const SEEN = { ino: 1, size: 1, mtimeMs: 1 };
const file = (path: string): RobotEntry => ({
  ...{ type: "file", path, absolute: `/host/${path}`, size: 1, mode: 0o755, seen: SEEN },
});

const PLACES = {
  baseName: "base",
  tree: treeOf("usr/bin/tool", "bin -> usr/bin", "etc/file"),
  robot: {
    folder: "/home/robot/app/robots/a",
    root: "/home/robot/app",
    PATH: [],
    entries: [
      { type: "directory", path: "robots/a/opt", mode: 0o755 },
      { type: "directory", path: "robots/a/opt/own", mode: 0o755 },
      file("robots/a/opt/own/mine"),
      { type: "directory", path: "shared", mode: 0o755 },
      file("shared/ours"),
    ] satisfies readonly RobotEntry[],
  },
  others: ["/usr/local/bin/rcc"],
};

Deno.test("searchFolder() takes an absolute folder where it is there, and joins it where not", () => {
  const folders = {
    "/usr/bin": "/usr/bin",
    "/bin": "/bin",
    "/usr/local/bin": "/usr/local/bin",
    "/home/robot/app/shared": "/home/robot/app/shared",
    "/opt/own": "/home/robot/app/robots/a/opt/own",
    "/etc/file": "/home/robot/app/robots/a/etc/file",
    "bin": "/home/robot/app/robots/a/bin",
    "../../shared": "/home/robot/app/shared",
  };
  for (const [entry, folder] of Object.entries(folders)) {
    assert.equal(searchFolder(entry, PLACES), folder, entry);
  }
});

Deno.test("checkSearchFolders() warns of absolute folders that are nowhere", () => {
  const { failures, warnings } = checkSearchFolders(
    { PATH: ["/bin", "/opt/own", "/opt/gone", "gone"], PYTHONPATH: ["/libs", "/usr/bin"] },
    PLACES,
  );
  assert.deepEqual(failures, []);
  const text = (entry: string, key: string) =>
    `"${entry}" in "${key}" of robot.yaml is no folder of base image "base", and nothing is found ` +
    "in it, use a base that has it";
  assert.deepEqual(warnings, [text("/opt/gone", "PATH"), text("/libs", "PYTHONPATH")]);
});

Deno.test("checkCommands() finds programs in absolute folders, in joined ones and outside of the robot's", () => {
  const find = (program: string, PATH: readonly string[]) =>
    checkCommands([{ origin: "task", name: "it", words: [program] }], {
      ...PLACES,
      robot: { ...PLACES.robot, PATH },
      PATH: [],
      shellOf: () => undefined,
    }).failures.length === 0;
  assert.equal(find("tool", ["/bin"]), true);
  assert.equal(find("mine", ["/opt/own"]), true);
  assert.equal(find("ours", ["../../shared"]), true);
  assert.equal(find("tool", ["/opt/own", "bin"]), false);
});
