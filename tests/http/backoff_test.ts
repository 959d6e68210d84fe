import assert from "node:assert/strict";
import { createBackoff, retryAfterMs } from "../../src/http/backoff.ts";
import { TestClock } from "../support/clock.ts";

Deno.test("pause() doubles from one second up to thirty", async () => {
  const clock = new TestClock();
  const backoff = createBackoff({ clock, random: () => 1 - Number.EPSILON });
  for (let failed = 1; failed <= 7; failed++) await backoff.pause(failed);
  assert.deepEqual(clock.pauses, [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
});

Deno.test("pause() is shortened by chance to no less than half", async () => {
  const clock = new TestClock();
  await createBackoff({ clock, random: () => 0 }).pause(3);
  await createBackoff({ clock, random: () => 0.5 }).pause(3);
  assert.deepEqual(clock.pauses, [2000, 3000]);
});

Deno.test("pause() keeps to Retry-After, up to two minutes", async () => {
  const clock = new TestClock();
  const backoff = createBackoff({ clock, random: () => 0 });
  await backoff.pause(1, { retryAfter: "7" });
  await backoff.pause(1, { retryAfter: new Date(clock.now() + 9000).toUTCString() });
  await backoff.pause(1, { retryAfter: "86400" });
  await backoff.pause(1, { retryAfter: "soon" });
  await backoff.pause(1, { retryAfter: "0" });
  assert.deepEqual(clock.pauses, [7000, 9000, 120_000, 500, 500]);
});

Deno.test("pause() tells its length and stops with the signal", async () => {
  const told: number[] = [];
  const reason = new Error("stop");
  const pausing = createBackoff({ random: () => 0 }).pause(5, {
    signal: AbortSignal.abort(reason),
    onPause: (milliseconds) => told.push(milliseconds),
  });
  await assert.rejects(pausing, reason);
  assert.deepEqual(told, [8000]);
});

Deno.test("retryAfterMs() reads seconds and dates, and nothing else", () => {
  const now = Date.UTC(2026, 0, 31, 12);
  assert.equal(retryAfterMs("120", now), 120_000);
  assert.equal(retryAfterMs(" 1 ", now), 1000);
  assert.equal(retryAfterMs("Sat, 31 Jan 2026 12:00:30 GMT", now), 30_000);
  assert.equal(retryAfterMs("Sat, 31 Jan 2026 11:00:00 GMT", now), 0);
  assert.equal(retryAfterMs("later", now), undefined);
});
