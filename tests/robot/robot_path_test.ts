import assert from "node:assert/strict";
import { fromRoot, isAtOrBelow, isOutside, normalPath } from "../../src/robot/robot_path.ts";

Deno.test("normalPath() has one form for each path", () => {
  const paths = {
    ...{ "": ".", ".": ".", "./": ".", "a": "a", "./a/": "a", "a//b/../c": "a/c", "..a": "..a" },
    ...{ "../a/": "../a", "a/../..": "..", "./../../a": "../../a" },
  };
  for (const [path, normal] of Object.entries(paths)) assert.equal(normalPath(path), normal);
});

Deno.test("normalPath() joins absolute paths to the robot's folder, as rcc does", () => {
  const paths = { "/": ".", "/tmp/out": "tmp/out", "//x/": "x", "C:\\x": "C:\\x" };
  for (const [path, normal] of Object.entries(paths)) assert.equal(normalPath(path), normal);
});

Deno.test("isOutside() tells what leaves the robot's folder", () => {
  for (const path of ["..", "../a", "../../a"]) assert.equal(isOutside(path), true, path);
  for (const path of [".", "a", "..a", "...", "a/..b"]) assert.equal(isOutside(path), false, path);
});

Deno.test("isAtOrBelow() goes by whole names", () => {
  assert.deepEqual(["a", "a/b", "ab", "b"].map((path) => isAtOrBelow(path, "a")), [
    ...[true, true, false, false],
  ]);
  assert.equal(isAtOrBelow("a", "."), true);
});

Deno.test("fromRoot() finds a path of a robot that lies below the root", () => {
  assert.equal(fromRoot(".", "a/b"), "a/b");
  assert.equal(fromRoot(".", "."), ".");
  assert.equal(fromRoot("robots/a", "../shared"), "robots/shared");
  assert.equal(fromRoot("robots/a", "../.."), ".");
  assert.equal(fromRoot("robots/a", "/tmp/out"), "robots/a/tmp/out");
});
