import assert from "node:assert/strict";
import { parseKeep } from "../../src/cli/cache.ts";
import { Failure } from "../../src/failure/mod.ts";

const NOW = new Date("2026-02-01T00:00:00Z");
const HOUR = 3600 * 1000;

Deno.test("parseKeep() takes a month where nothing is said", () => {
  assert.deepEqual(parseKeep({}, NOW), {
    usedSince: NOW.getTime() - 30 * 24 * HOUR,
    maxBytes: undefined,
  });
});

Deno.test("parseKeep() reads times and sizes with their units", () => {
  assert.equal(parseKeep({ olderThan: "12h" }, NOW).usedSince, NOW.getTime() - 12 * HOUR);
  assert.equal(parseKeep({ olderThan: "1.5d" }, NOW).usedSince, NOW.getTime() - 36 * HOUR);
  assert.equal(parseKeep({ olderThan: "0h" }, NOW).usedSince, NOW.getTime());
  for (const [text, bytes] of [["0kB", 0], ["500 MB", 5e8], ["1.5GB", 1.5e9], ["2TB", 2e12]]) {
    assert.deepEqual(parseKeep({ maxSize: text as string }, NOW), {
      usedSince: -Infinity,
      maxBytes: bytes,
    });
  }
});

Deno.test("parseKeep() refuses what is no amount with a unit", () => {
  for (const text of ["", "5", "d", "-1d", "1w", "1 day", "1e3d", "5GB", "1D", "1constructor"]) {
    assert.throws(() => parseKeep({ olderThan: text }, NOW), Failure, text);
  }
  for (const text of ["", "5", "GB", "-1GB", "5gb", "5GiB", "30d", "constructorGB"]) {
    assert.throws(() => parseKeep({ maxSize: text }, NOW), Failure, text);
  }
});
