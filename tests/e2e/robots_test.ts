/** Robots of all kinds become images that run them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { podman } from "../support/engines.ts";
import { type RobotScene, robotScene, type SceneFiles } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";

const NEEDS = ["apt", "cc", "podman"] as const;

const THREE_TASKS = `tasks:
  First:
    shell: hello one
  Second Task:
    command: [hello, two, "with a space"]
  Third:
    shell: say three
devTasks:
  Other: {shell: hello never}
artifactsDir: output
condaConfigFile: conda.yaml
PATH: [tools]
preRunScripts:
  - hello before
  - hello_windows.sh
`;

async function load(scene: RobotScene, tag: string, ...args: readonly string[]): Promise<string> {
  const base = `oci:${await busyboxBase()}`;
  const metadata = ["--metadata-file", "metadata.json"];
  const outputs = ["-t", tag, "--save", "image.tar", ...metadata];
  const { code, stderr } = await scene.build(["--base-image", base, ...outputs, ...args]);
  assert.equal(code, 0, stderr);
  await podman.load(join(scene.folder, "image.tar"));
  return `docker.io/${tag}`;
}

async function run(reference: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await podman.run(reference, { args });
  assert.equal(code, 0, stderr);
  return stdout.replaceAll(/\/home\/dev\/\S+/g, "SPACE");
}

const environment = (stage: string): SceneFiles => ({
  "bin/hello": `#!/bin/sh\necho ${stage} "$#" "$@"\n`,
});

toolTest({ name: "a robot with three tasks runs each of them", needs: NEEDS }, async () => {
  await using scene = await robotScene({
    environment,
    robot: { "robot.yaml": THREE_TASKS, "tools/say": '#!/bin/sh\necho say "$@"\n' },
  });
  const reference = await load(scene, "robots/three:1");
  const before = "SPACE 1 before\n";
  assert.equal(await run(reference, "--task", "First"), `${before}SPACE 1 one\n`);
  assert.equal(await run(reference, "-t", "second task"), `${before}SPACE 2 two with a space\n`);
  assert.equal(await run(reference, "--task", "Third"), `${before}say three\n`);
  const none = await podman.run(reference);
  assert.equal(none.code, 3);
  assert.equal((await podman.run(reference, { args: ["--task", "Other"] })).code, 3);
});

toolTest({ name: "a chosen task is what the image runs", needs: NEEDS }, async () => {
  await using scene = await robotScene({
    environment,
    robot: { "robot.yaml": THREE_TASKS, "tools/say": '#!/bin/sh\necho say "$@"\n' },
  });
  const reference = await load(scene, "robots/chosen:1", "--task", "second TASK");
  assert.match(await run(reference), /^SPACE 1 before\nSPACE 2 two with a space\n$/);
  assert.match(await run(reference, "--task", "First", "more"), /SPACE 2 one more\n$/);
});

toolTest(
  { name: "a shell robot's image has no layer of an environment", needs: NEEDS },
  async () => {
    await using scene = await robotScene({
      robot: {
        "robot.yaml": "tasks:\n  Go:\n    shell: go.sh\nartifactsDir: out/put\nPATH: [.]\n",
        "go.sh": { content: "#!/bin/sh\r\necho go\r\n", mode: 0o644 },
      },
    });
    const reference = await load(scene, "robots/shell:1");
    assert.equal(await run(reference), "go\n");
    const { layers, catalog } = JSON.parse(
      await readFile(join(scene.folder, "metadata.json"), "utf8"),
    );
    assert.deepEqual(
      layers.map(({ createdBy }: { createdBy: string }) => createdBy.replace(/base .*/, "base")),
      ["base", "rcc-oci: rcc and its user", `rcc-oci: robot "robot"`],
    );
    assert.equal(catalog, undefined);
  },
);

for (const sealed of [false, true]) {
  toolTest({
    name: `scripts of PATH run whatever Windows made of them${sealed ? ", sealed too" : ""}`,
    needs: NEEDS,
  }, async () => {
    await using scene = await robotScene({
      environment,
      robot: {
        "robot.yaml": "tasks:\n  Go:\n    shell: go.sh\nartifactsDir: output\n" +
          "condaConfigFile: conda.yaml\nPATH: [bin]\n",
        "bin/go.sh": { content: "#!/bin/sh\r\nhello from windows\r\nno-suffix\r\n", mode: 0o644 },
        "bin/no-suffix": { content: "#!/bin/sh\necho also\n", mode: 0o600 },
      },
    });
    const reference = await load(scene, `robots/crlf-${sealed}:1`, ...(sealed ? ["--sealed"] : []));
    assert.equal(await run(reference), "SPACE 2 from windows\nalso\n");
  });
}

toolTest({
  name: "a robot with another file, in a folder with spaces, with links and a freeze file",
  needs: NEEDS,
}, async () => {
  await using scene = await robotScene({
    environment,
    robot: {
      "my robot.yaml":
        "tasks:\n  Go:\n    command: [hello, from, this]\nartifactsDir: my output\n" +
        "environmentConfigs:\n- environment_windows_amd64_freeze.yaml\n" +
        "- envs/environment_linux_amd64_freeze.yaml\n- conda.yaml\nPATH: [a b]\n",
      "envs/environment_linux_amd64_freeze.yaml":
        "channels:\n- conda-forge\ndependencies:\n- tinyenv=1.0\n",
      "environment_windows_amd64_freeze.yaml": "channels: [x]\ndependencies: [y=1]\n",
      "conda.yaml": "channels: [conda-forge]\ndependencies: [never=1.0]\n",
      "a b/grüße.txt": "x",
      "link to file": { symlink: "a b/grüße.txt" },
      "linked folder": { symlink: "a b" },
    },
  });
  const robot = join(scene.robot, "my robot.yaml");
  const reference = await load(scene, "robots/other:1", "-r", robot);
  assert.equal(await run(reference), "SPACE 2 from this\n");
  const { stdout } = await podman.run(reference, {
    entrypoint: "sh",
    args: ["-c", `cat "link to file" "linked folder/grüße.txt"; test -w "my output" && echo w`],
  });
  assert.equal(stdout, "xxw\n");
});

toolTest(
  { name: "links that leave the robot are refused by their names", needs: NEEDS },
  async () => {
    await using scene = await robotScene({
      robot: { "absolute": { symlink: "/etc/passwd" }, "deep/escaping": { symlink: "../../x" } },
    });
    const base = `oci:${await busyboxBase()}`;
    const { code, stderr } = await scene.build(["--base-image", base, "--save", "image.tar"]);
    assert.equal(code, 3);
    assert.match(stderr, /failed to pack "absolute": the link to "\/etc\/passwd" is absolute/);
    assert.match(
      stderr,
      /failed to pack "deep\/escaping": the link to .* leaves the robot's folder/,
    );
  },
);
