/** What the table of docs/image.md says of the three ways to start, tried with a robot that writes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { START_MODES, type StartMode } from "../../src/plan/mod.ts";
import { busyboxBase } from "../support/bases.ts";
import type { ContainerOptions } from "../support/engine.ts";
import { docker, podman } from "../support/engines.ts";
import { type RobotScene, robotScene } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";

const ROBOT = `tasks:
  Write:
    shell: write
artifactsDir: output
condaConfigFile: conda.yaml
`;
const WRITE = `#!/bin/sh
exec 2> /dev/null
for place in "$ROBOT_ROOT" "$CONDA_PREFIX" "$ROBOT_ARTIFACTS"; do
  touch "$place/written" && echo yes || echo no
done
`;

/** Beside the robot's code, in the environment, and into the artifacts; or no robot runs at all. */
type Written = "yes yes yes" | "no no yes" | "refused";

/** As OpenShift chooses them: a number that no file knows, of the group root. */
const OPENSHIFT: ContainerOptions = { user: "1000720000:0" };
const READ_ONLY: ContainerOptions = {
  readOnly: true,
  tmpfs: ["/tmp:mode=1777", "/home/robot/app/output:mode=1777"],
};

const EXPECTED: Readonly<Record<StartMode, readonly (readonly [ContainerOptions, Written])[]>> = {
  checked: [[{}, "yes yes yes"], [OPENSHIFT, "refused"], [READ_ONLY, "refused"]],
  trusted: [[{}, "yes yes yes"], [OPENSHIFT, "refused"], [READ_ONLY, "no no yes"]],
  sealed: [[{}, "no no yes"], [OPENSHIFT, "no no yes"], [READ_ONLY, "no no yes"]],
};

for (const engine of [docker, podman]) {
  toolTest({
    name: `a robot writes where its image lets it, in ${engine.name}`,
    needs: ["apt", "cc", ...engine.needs],
  }, async (t) => {
    await using scene = await robotScene({
      robot: { "robot.yaml": ROBOT },
      environment: () => ({ "bin/write": WRITE }),
    });
    for (const start of START_MODES) {
      const { image, archive } = await build(scene, start);
      await engine.load(archive);
      for (const [options, expected] of EXPECTED[start]) {
        await t.step(`${start}, ${JSON.stringify(options)}: ${expected}`, async () => {
          const { code, stdout, stderr } = await engine.run(image, options);
          const written = stdout.trim().replaceAll("\n", " ");
          assert.equal(code === 0 ? written : "refused" + written, expected, stderr);
        });
      }
    }
  });
}

async function build(scene: RobotScene, start: StartMode) {
  const archive = join(scene.folder, `${start}.tar`);
  const { code, stdout, stderr } = await scene.build([
    ...["--base-image", `oci:${await busyboxBase()}`, "-t", `start/${start}:1`],
    ...["--start", start, "--save", archive],
  ]);
  assert.equal(code, 0, stderr);
  const made = start === "checked" ? /Made +from a private/ : new RegExp(`Made +${start}, from`);
  assert.match(stdout, made);
  return { image: `docker.io/start/${start}:1`, archive };
}
