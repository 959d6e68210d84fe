/** A sample of what `deno task soak matrix` tries: each value of each axis at least twice. */
import assert from "node:assert/strict";
import { docker, podman } from "../support/engines.ts";
import { type Combination, expectedOutcome, runCombination, SETTINGS } from "../support/matrix.ts";
import { toolTest } from "../support/tools.ts";

const SAMPLE: readonly Combination[] = [
  { mode: "private", library: "folder", user: "root", start: "checked" },
  { mode: "private", library: "zip", user: "worker:1500:1500", start: "sealed" },
  { mode: "shared", library: "folder", user: "worker:1500:1500", start: "checked" },
  { mode: "shared", library: "zip", user: "robot", start: "trusted" },
  { mode: "raw", library: "folder", user: "root", start: "sealed" },
  { mode: "raw", library: "zip", user: "robot", start: "checked" },
  { mode: "private", library: "folder", user: "root", start: "trusted" },
  { mode: "shared", library: "zip", user: "robot", start: "sealed" },
];

for (const [i, combination] of SAMPLE.entries()) {
  const { mode, library, user, start } = combination;
  const engine = i % 2 === 0 ? podman : docker;
  toolTest({
    name: `a ${start} image of a ${mode} library as ${library} for ${user} ` +
      `runs where it is to, in ${engine.name}`,
    needs: ["apt", "cc", ...engine.needs],
  }, async () => {
    const outcomes = await runCombination(combination, engine);
    const expected = SETTINGS.map((setting) => [setting, expectedOutcome(combination, setting)]);
    assert.deepEqual([...outcomes], expected);
  });
}
