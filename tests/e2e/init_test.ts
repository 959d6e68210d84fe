/** An image with --init, in containers: how it is stopped, and what becomes of orphans. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { containerName, type Engine } from "../support/engine.ts";
import { docker, podman } from "../support/engines.ts";
import { type RobotScene, robotScene, type SceneFiles } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";

const ROBOT = `tasks:
  Tidy:
    shell: tidy.sh
  Wait:
    shell: wait.sh
  Orphans:
    shell: orphans.sh
artifactsDir: output
condaConfigFile: conda.yaml
PATH: [.]
`;

const FILES: SceneFiles = {
  "robot.yaml": ROBOT,
  "tidy.sh": `#!/bin/sh
trap 'echo told to end; sh -c "sleep 0.2; echo tidied"; exit "$CODE"' TERM INT
echo waiting
while :; do sleep 0.05; done
`,
  "wait.sh": "#!/bin/sh\necho waiting\nsleep 300\n",
  // Those that nobody waits for would stay: without an init the loop never ends.
  "orphans.sh": `#!/bin/sh
i=0; while [ $i -lt 1000 ]; do (: &); i=$((i + 1)); done
while grep -q '^State:.*Z' /proc/[0-9]*/status 2> /dev/null; do sleep 0.05; done
echo no zombie
`,
};

for (const engine of [docker, podman]) {
  toolTest({
    name: `an image with --init ends its robot well, in ${engine.name}`,
    needs: ["apt", "cc", ...engine.needs],
  }, async (t) => {
    await using scene = await robotScene({ robot: FILES });
    const image = await load(engine, scene);
    for (const [robot, rcc] of [[0, 0], [7, 10]] as const) {
      await t.step(`a robot that ends with ${robot} when it is told to`, async () => {
        const { code, said } = await stop(engine, image, { task: "Tidy", CODE: robot });
        assert.match(said, /waiting\ntold to end\ntidied\n/);
        assert.equal(code, rcc);
      });
    }
    await t.step(
      "a robot without a handler ends at once, and rcc says that it failed",
      async () => {
        assert.equal((await stop(engine, image, { task: "Wait" })).code, 10);
      },
    );
    await t.step("of a thousand orphans no zombie stays", async () => {
      const { code, stdout, stderr } = await engine.run(image, { args: ["--task", "Orphans"] });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /no zombie/);
    });
  });
}

async function load(engine: Engine, scene: RobotScene): Promise<string> {
  const archive = join(scene.folder, "image.tar");
  const base = `oci:${await busyboxBase()}`;
  const args = ["--base-image", base, "-t", "init/bot:1", "--save", archive, "--init"];
  const { code, stderr } = await scene.build(args);
  assert.equal(code, 0, stderr);
  await engine.load(archive);
  return "docker.io/init/bot:1";
}

interface Stopped {
  readonly task: string;
  /** What the robot ends with. */
  readonly CODE?: number;
}

/** Stops a container as soon as its robot waits, and tells how it ended. */
async function stop(engine: Engine, image: string, { task, CODE = 0 }: Stopped) {
  const name = containerName();
  const flags = ["--detach", `--name=${name}`, "--network=none", ...engine.runFlags];
  await engine.command(["run", ...flags, `--env=CODE=${CODE}`, image, "--task", task]);
  await until(async () => (await engine.command(["logs", name])).stdout.includes("waiting"));
  await engine.command(["stop", "--time=60", name]);
  const { stdout: code } = await engine.command(["wait", name]);
  const { stdout: said } = await engine.command(["logs", name]);
  await engine.command(["rm", "--force", name]);
  return { code: Number(code), said };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !await isSo(); tries++) {
    assert.ok(tries < 600, "what was waited for never came");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
