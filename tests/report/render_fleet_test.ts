import assert from "node:assert/strict";
import { Failure } from "../../src/failure/mod.ts";
import { lineText } from "../../src/report/line.ts";
import { fleetDocument, fleetNames, renderFleet } from "../../src/report/render_fleet.ts";
import { DIGEST, SUMMARY } from "./summaries.ts";

const FLEET = {
  robots: [
    { name: "a", built: { ...SUMMARY, moved: { sent: 200e6, shared: 29.1e6 } } },
    { name: "b", failures: [new Failure("robot/task", `b: failed to read "robot.yaml": no task`)] },
  ],
};

Deno.test("renderFleet() says what each robot took, and what all of them did", () => {
  assert.deepEqual(renderFleet(FLEET, { totalMs: 3290 }).map(lineText), [
    "1 of 2 robots built",
    "",
    "a: 229 MB, 9.8 MB of it packed, 200 MB sent, 29.1 MB there or mounted",
    `  acme-bot:20260131-120000@${DIGEST}`,
    "",
    "b: FAILED",
    "",
    "In all  229 MB, 9.8 MB of it packed, 200 MB sent, 29.1 MB there or mounted",
    "Time    3.3 s",
  ]);
});

Deno.test("renderFleet() says nothing of sending where nothing was pushed", () => {
  const lines = renderFleet({ robots: [{ name: "a", built: SUMMARY }] }, { totalMs: 1 });
  assert.equal(lineText(lines[2]!), "a: 229 MB, 9.8 MB of it packed");
});

Deno.test("scripts get the images that were built, and programs all robots", () => {
  assert.deepEqual(fleetNames(FLEET), [`docker.io/library/acme-bot:20260131-120000@${DIGEST}`]);
  assert.deepEqual(fleetDocument(FLEET, { verbose: false }), {
    robots: [
      {
        robot: "a",
        size: 229.1e6,
        packed: 9_823_456,
        sent: 200e6,
        shared: 29.1e6,
        image: SUMMARY.manifest,
      },
      {
        robot: "b",
        failures: [{ id: "robot/task", message: `b: failed to read "robot.yaml": no task` }],
      },
    ],
  });
});
