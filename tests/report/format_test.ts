import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatBytes,
  formatDuration,
  formatRate,
  formatTimeLeft,
} from "../../src/report/format.ts";

const BYTES: readonly (readonly [number, string])[] = [
  [0, "0 B"],
  [1, "1 B"],
  [999, "999 B"],
  [999.6, "1.0 kB"],
  [1000, "1.0 kB"],
  [1499, "1.5 kB"],
  [99_949, "99.9 kB"],
  [99_950, "100 kB"],
  [512_000, "512 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [1_300_000_000, "1.3 GB"],
  [2 ** 31, "2.1 GB"],
  [2 ** 53, "9.0 PB"],
  [1e21, "999 EB"],
  [Infinity, "999 EB"],
  [-1, "0 B"],
  [NaN, "0 B"],
];

Deno.test("formatBytes() takes the unit that leaves two or three digits", () => {
  for (const [bytes, text] of BYTES) assert.equal(formatBytes(bytes), text);
});

Deno.test("formatBytes() needs at most seven columns up to exabytes, and is right to one in twenty", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => {
    const text = formatBytes(bytes);
    assert.ok(text.length <= 7, text);
    const [number, unit] = text.split(" ") as [string, string];
    const read = Number(number) * 1000 ** ["B", "kB", "MB", "GB", "TB", "PB"].indexOf(unit);
    assert.ok(Math.abs(read - bytes) <= bytes / 20, text);
  }));
});

Deno.test("formatRate() says bytes a second", () => {
  assert.equal(formatRate(35_200_000), "35.2 MB/s");
});

const DURATIONS: readonly (readonly [number, string])[] = [
  [0, "0 ms"],
  [-5, "0 ms"],
  [NaN, "0 ms"],
  [0.5, "1 ms"],
  [99.4, "99 ms"],
  [99.5, "0.1 s"],
  [320, "0.3 s"],
  [9949, "9.9 s"],
  [9951, "10 s"],
  [59_499, "59 s"],
  [59_500, "1 min"],
  [725_000, "12 min 5 s"],
  [3_599_499, "59 min 59 s"],
  [3_599_500, "1 h"],
  [11_220_000, "3 h 7 min"],
  [360_000_000, "100 h"],
];

Deno.test("formatDuration() takes at most two units", () => {
  for (const [ms, text] of DURATIONS) assert.equal(formatDuration(ms), text);
});

const TIMES_LEFT: readonly (readonly [number, string])[] = [
  [0, "1 s left"],
  [1001, "2 s left"],
  [59_000, "59 s left"],
  [59_001, "1 min left"],
  [60_001, "2 min left"],
  [3_540_000, "59 min left"],
  [3_540_001, "1 h left"],
  [3_600_001, "2 h left"],
  [86_400_000, "24 h left"],
  [86_400_001, ""],
  [Infinity, ""],
  [NaN, ""],
];

Deno.test("formatTimeLeft() rounds up, and claims nothing beyond a day", () => {
  for (const [ms, text] of TIMES_LEFT) assert.equal(formatTimeLeft(ms), text);
});
