import assert from "node:assert/strict";
import { spaceLayout } from "../../src/holotree/mod.ts";
import { whiteoutEntries, type WhiteoutFacts } from "../../src/plan/whiteouts.ts";
import { treeOf } from "../checks/places.ts";

const PLACE = { home: "/home/robot", robocorpHome: "/home/robot/.robocorp" };
const SPACE = spaceLayout("/home/dev/.robocorp/holotree/ha1246bc_493f813dad24d3t", PLACE);
const SHARED = spaceLayout("/opt/robocorp/ht/ha1246bc_493f813dad24d3t", PLACE);
const MARKER = "opt/robocorp/ht/lib/catalog/init/dc4d952";

function hidden(lines: readonly string[], facts: Partial<WhiteoutFacts> = {}) {
  const tree = treeOf(...lines);
  const entries = whiteoutEntries({ tree, ...PLACE, space: SPACE, isOurs: false, ...facts });
  for (const entry of entries) {
    assert.ok(entry.type === "file" && entry.content.size === 0);
  }
  return entries.map(({ path }) => path);
}

Deno.test("nothing is hidden where the base has nothing", () => {
  assert.deepEqual(hidden(["etc/passwd", "home/robot/.profile", "home/dev/.bashrc"]), []);
});

Deno.test("an old robot, environment and library are hidden", () => {
  const paths = hidden([
    "home/robot/app/old.py",
    "home/dev/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534/bin/old",
    "home/robot/.robocorp/hololib/catalog/old",
  ]);
  assert.deepEqual(paths, [
    "home/robot/app/.wh..wh..opq",
    "home/dev/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534/.wh..wh..opq",
    "home/robot/.robocorp/hololib/.wh..wh..opq",
  ]);
});

Deno.test("what stands beside is not hidden", () => {
  const paths = hidden([
    "home/dev/.robocorp/holotree/dc4d952_5a1fac3_11111111/bin/other",
    "home/robot/.robocorp/settings.yaml",
    "home/robot/application/x",
  ]);
  assert.deepEqual(paths, []);
});

Deno.test("a shared holotree that this home switched on is switched off for a private one", () => {
  assert.deepEqual(hidden([MARKER]), ["opt/robocorp/ht/lib/catalog/init/.wh.dc4d952"]);
  assert.deepEqual(hidden(["opt/robocorp/ht/lib/catalog/init/1111111"]), []);
  assert.deepEqual(hidden([MARKER], { space: SHARED }), ["opt/robocorp/ht/lib/.wh..wh..opq"]);
});

Deno.test("a channel of the base does not become a part of the blueprint", () => {
  assert.deepEqual(hidden(["home/robot/.robocorp/channel/channeldata.json"]), [
    "home/robot/.robocorp/.wh.channel",
  ]);
});

Deno.test("folders behind symlinks are found", () => {
  const paths = hidden(["home -> var/home", "var/home/robot/app/old.py"]);
  assert.deepEqual(paths, ["home/robot/app/.wh..wh..opq"]);
});

Deno.test("all environments and libraries of an image of ours are hidden", () => {
  const lines = [
    "home/dev/.robocorp/holotree/1111111_5a1fac3_9fcd2534/bin/old",
    "opt/robocorp/ht/2222222_5a1fac3_9fcd2534/bin/old",
    "opt/robocorp/ht/lib/catalog/old",
    "opt/other/x",
  ];
  assert.deepEqual(hidden(lines), []);
  assert.deepEqual(hidden(lines, { isOurs: true }), [
    "home/dev/.robocorp/holotree/1111111_5a1fac3_9fcd2534/.wh..wh..opq",
    "opt/robocorp/ht/2222222_5a1fac3_9fcd2534/.wh..wh..opq",
    "opt/robocorp/ht/lib/.wh..wh..opq",
  ]);
});

Deno.test("a shell robot hides the old robot alone", () => {
  const lines = ["home/robot/app/old.py", "home/robot/.robocorp/hololib/catalog/old", MARKER];
  assert.deepEqual(hidden(lines, { space: undefined }), ["home/robot/app/.wh..wh..opq"]);
});
