/** An image of ours as base: nothing of the old robot shows through, and the new one runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { podman } from "../support/engines.ts";
import { type RobotScene, robotScene, type RobotSceneOptions } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const NEEDS = ["apt", "cc", "skopeo", "umoci", "zstd", "podman"] as const;

const OLD: RobotSceneOptions = {
  dependency: "old=1.0",
  robot: { "old.py": "old", "folder/old.txt": "old", "hello": "#!/bin/sh\necho the old robot\n" },
  environment: (stage) => ({
    "bin/hello": `#!/bin/sh\necho old environment ${stage}\n`,
    "lib/old/deep/file": "old",
  }),
};
const NEW: RobotSceneOptions = {
  robot: { "new.py": "new" },
  environment: (stage) => ({
    "bin/hello": `#!/bin/sh\necho new environment ${stage} "$@"\n`,
    "lib/new/file": "new",
  }),
};

async function build(scene: RobotScene, args: readonly string[]) {
  const layout = join(scene.folder, "layout");
  const archive = join(scene.folder, "image.tar");
  const outputs = ["--oci-layout", layout, "--save", archive];
  const { code, stderr } = await scene.build([...args, ...outputs]);
  assert.equal(code, 0, stderr);
  return { layout, archive };
}

const CASES: readonly {
  readonly name: string;
  readonly old?: RobotSceneOptions;
  readonly oldArgs?: readonly string[];
  readonly args?: readonly string[];
}[] = [
  { name: "the same user" },
  { name: "a sealed image", oldArgs: ["--sealed"] },
  { name: "another user", args: ["--user", "worker:1500:1500"] },
  { name: "a sealed image on another", args: ["--sealed"] },
  { name: "a raw library", old: { ...OLD, mode: "raw" } },
  { name: "a shared library", old: { ...OLD, mode: "shared" } },
];

for (const [i, { name, old = OLD, oldArgs = [], args = [] }] of CASES.entries()) {
  toolTest({ name: `nothing of the base's own robot remains: ${name}`, needs: NEEDS }, async () => {
    await using before = await robotScene(old);
    const base = `oci:${await busyboxBase()}`;
    const { layout } = await build(before, ["--base-image", base, "-t", "old:1", ...oldArgs]);
    await using after = await robotScene(NEW);
    const tag = `rebuild/new-${i}:1`;
    const built = await build(after, ["--base-image", `oci:${layout}`, "-t", tag, ...args]);
    const { tree } = await verifyImage(built.layout);
    const paths = [...tree.keys()];
    assert.deepEqual(
      paths.filter((path) => /\/old|old(\.py|\.txt)?$/.test(path) && !path.startsWith("bin/")),
      [],
    );
    assert.deepEqual(
      paths.filter((path) => /home\/robot\/app\//.test(path)).map((path) => path.slice(15)),
      ["conda.yaml", "new.py", "output", "robot.yaml"],
    );
    assert.equal(
      paths.filter((path) => /hololib\/catalog\/[0-9a-f]+v12\.\w+$/.test(path)).length,
      args.includes("--sealed") ? 0 : 1,
    );

    await podman.load(built.archive);
    const { code, stdout, stderr } = await podman.run(`docker.io/${tag}`, {
      env: { RCC_STANDIN_DEEP: "1" },
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /new environment \/home\/dev\/.* --from robot/);
  });
}
