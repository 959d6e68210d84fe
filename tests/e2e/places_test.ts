/** The environment lies where the catalog says, and runs there. `deno task soak places` has them all. */
import assert from "node:assert/strict";
import { homeIdentity, spaceName, stageName } from "../../src/holotree/mod.ts";
import { docker, podman } from "../support/engines.ts";
import { PLACES, runPlace } from "../support/places.ts";
import { toolTest } from "../support/tools.ts";

const SAMPLE = [
  "root's home, which nobody else may enter",
  "a folder with a space",
  "a folder with other letters",
  "a deep folder",
  "a home behind a symlink of the base",
  "a home that the base keeps to its owner",
];

for (const [i, name] of SAMPLE.entries()) {
  const engine = i % 2 === 0 ? podman : docker;
  const sealed = i % 3 === 0;
  toolTest({
    name: `${sealed ? "a sealed" : "an"} environment in ${name} runs in ${engine.name}`,
    needs: ["apt", "cc", "skopeo", "umoci", "zstd", ...engine.needs],
  }, async () => {
    await runPlace(PLACES.find((place) => place.name === name)!, { sealed, engine });
  });
}

Deno.test("names of spaces and stages are as long as each other, so that one fits the other", () => {
  for (const home of ["/home/robot", "/", "/home/jürgen/größe/家", "/home/build agent", ""]) {
    assert.equal(stageName(home).length, spaceName({ home }).length);
    assert.equal(homeIdentity(home).length, 7);
  }
});
