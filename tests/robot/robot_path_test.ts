import assert from "node:assert/strict";
import { normalPath, pathFault } from "../../src/robot/robot_path.ts";

Deno.test("normalPath() has one form for each path", () => {
  const paths = { "": ".", ".": ".", "./": ".", "a": "a", "./a/": "a", "a//b/../c": "a/c" };
  for (const [path, normal] of Object.entries(paths)) assert.equal(normalPath(path), normal);
});

Deno.test("pathFault() accepts what stays in the robot's folder", () => {
  for (const path of ["", ".", "a", "a/../b", "..a", "a..", "a/b/../..", "...", "c:d", "a b é"]) {
    assert.equal(pathFault(path), undefined, path);
  }
});

Deno.test("pathFault() refuses what is absolute on any system", () => {
  for (const path of ["/", "/usr", "//x", "C:\\x", "c:/x", "C:", "\\\\server\\share"]) {
    assert.equal(pathFault(path), "is absolute", path);
  }
});

Deno.test("pathFault() refuses what leaves the robot's folder", () => {
  for (const path of ["..", "../", "../a", "a/../..", "./../a", "..\\a", "a\\..\\..\\b"]) {
    assert.equal(pathFault(path), "leaves the robot's folder", path);
  }
});

Deno.test("pathFault() refuses control characters", () => {
  for (const path of ["a\0", "a\nb", "\x7f", "\u0085"]) {
    assert.equal(pathFault(path), "has a control character", JSON.stringify(path));
  }
});
