import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { goFileType, goMode, tarMode } from "../../src/holotree/file_mode.ts";

Deno.test("tarMode() has the permissions and the special bits at their places in tar", () => {
  equal(tarMode(0o644), 0o644);
  equal(tarMode(8389101), 0o4755);
  equal(tarMode(2147484141), 0o755);
  equal(tarMode(2 ** 22 + 0o2), 0o2002);
  equal(tarMode(2 ** 31 + 2 ** 20 + 0o777), 0o1777);
});

Deno.test("tarMode() undoes goMode()", () => {
  fc.assert(fc.property(fc.nat(0o7777), fc.constantFrom("file", "directory"), (mode, type) => {
    equal(tarMode(goMode(type, mode)), mode);
    equal(goFileType(goMode(type, mode)), type);
  }));
});

Deno.test("goFileType() knows files, folders and symlinks, and nothing else", () => {
  const types = [0, 31, 27].map((bit) => goFileType(2 ** bit));
  deepEqual(types, ["file", "directory", "symlink"]);
  for (const bit of [9, 18, 19, 21, 24, 25, 26, 28, 29, 30]) {
    equal(goFileType(2 ** bit + 0o644), undefined);
    equal(goFileType(2 ** 31 + 2 ** bit), undefined);
  }
});
