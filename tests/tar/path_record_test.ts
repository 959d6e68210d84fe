import { equal } from "node:assert/strict";
import { PathRecord } from "../../src/tar/path_record.ts";

const PATHS = Array.from({ length: 50_000 }, (_, i) => `usr/lib/${i % 37}/${i.toString(2)}`);

Deno.test("PathRecord takes every path once, however many there are", () => {
  const record = new PathRecord();
  for (const path of PATHS) equal(record.add(path, false), true, path);
  for (const path of PATHS) equal(record.add(path, true), false, path);
});

Deno.test("PathRecord knows which paths are files", () => {
  const record = new PathRecord();
  for (const [i, path] of PATHS.entries()) record.add(path, i % 2 === 0);
  for (const [i, path] of PATHS.entries()) equal(record.hasFile(path), i % 2 === 0, path);
  for (const path of ["", "usr", `${PATHS[0]}/`, "é", "\u{1f600}"]) {
    equal(record.hasFile(path), false, path);
  }
});

Deno.test("PathRecord tells apart what differs in one character, wherever", () => {
  const record = new PathRecord();
  const base = "a".repeat(100);
  let count = 0;
  for (let at = 0; at < base.length; at++) {
    for (const other of "bcé\u4e00") {
      count += Number(record.add(base.slice(0, at) + other + base.slice(at + 1), true));
    }
  }
  equal(count, 400);
});
