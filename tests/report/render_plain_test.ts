import assert from "node:assert/strict";
import { renderPlain } from "../../src/report/render_plain.ts";

const phase = {
  title: "Pulling",
  elapsedMs: 12_000,
  ended: { tasks: 0, bytes: 0 },
  tasks: [],
} as const;
const task = { label: "base\nimage", done: 45.6e6, total: 120e6, rate: 12.3e6, elapsedMs: 9000 };

Deno.test("renderPlain() says how long a phase without tasks runs", () => {
  assert.equal(renderPlain(phase), "Pulling: 12 s so far");
});

Deno.test("renderPlain() names the one task that runs, with all that is known", () => {
  assert.equal(
    renderPlain({ ...phase, tasks: [task] }),
    "Pulling (base image): 45.6 MB of 120 MB, 38%, 12.3 MB/s, 7 s left",
  );
});

Deno.test("renderPlain() adds up several tasks and those that are over", () => {
  assert.equal(
    renderPlain({ ...phase, tasks: [task, task], ended: { tasks: 1, bytes: 60e6 } }),
    "Pulling (1 of 3 done): 151 MB of 300 MB, 50%, 24.6 MB/s, 7 s left",
  );
});

Deno.test("renderPlain() claims no share and no time while one total is unknown", () => {
  const { total: _, ...unknown } = task;
  assert.equal(
    renderPlain({ ...phase, tasks: [task, unknown] }),
    "Pulling (0 of 2 done): 91.2 MB, 24.6 MB/s",
  );
});

Deno.test("renderPlain() says nothing of a rate before there is one", () => {
  assert.equal(
    renderPlain({ ...phase, tasks: [{ ...task, done: 0, rate: 0 }] }),
    "Pulling (base image): 0 B of 120 MB, 0%",
  );
});
