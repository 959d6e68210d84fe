import assert from "node:assert/strict";
import { advancePace, startPace, type Throughput } from "../../src/report/pace.ts";

function afterSteps(steps: number, done: (step: number) => number): Throughput {
  let pace = startPace(0);
  for (let step = 1; step <= steps; step++) {
    pace = advancePace(pace, { done: done(step), now: step * 100 });
  }
  return pace;
}

Deno.test("advancePace() finds an even rate at once", () => {
  for (const steps of [1, 2, 10, 100]) {
    assert.ok(Math.abs(afterSteps(steps, (step) => step * 500).rate - 5000) < 1e-6);
  }
});

Deno.test("advancePace() forgets a fast start within seconds", () => {
  const { rate } = afterSteps(200, (step) => step <= 10 ? step * 100_000 : 1_000_000 + step);
  assert.ok(rate < 20_000, `${rate}`);
});

Deno.test("advancePace() does not jump with every chunk", () => {
  const before = afterSteps(100, (step) => step * 500);
  const after = advancePace(before, { done: before.done + 5000, now: 10_100 });
  assert.ok(after.rate > before.rate && after.rate < 2 * before.rate);
});

Deno.test("advancePace() takes what is done again for standing still", () => {
  const before = afterSteps(10, (step) => step * 500);
  const after = advancePace(before, { done: 0, now: 1100 });
  assert.ok(after.rate > 0 && after.rate < before.rate);
});

Deno.test("advancePace() changes nothing while no time passes", () => {
  const pace = startPace(7);
  assert.equal(advancePace(pace, { done: 100, now: 7 }), pace);
});
