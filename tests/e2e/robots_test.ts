/** Robots of all kinds become images that run them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { podman } from "../support/engines.ts";
import { runProgram } from "../support/program.ts";
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
  { name: "links that leave the robot are left out, with a word", needs: NEEDS },
  async () => {
    await using scene = await robotScene({
      robot: { "absolute": { symlink: "/etc/passwd" }, "deep/escaping": { symlink: "../../x" } },
    });
    const base = `oci:${await busyboxBase()}`;
    const { code, stderr } = await scene.build(["--base-image", base, "--save", "image.tar"]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /2 links lead out .*"absolute" to "\/etc\/passwd", "deep\/escaping" to/);
    assert.match(stderr, /or name them in "ignoreFiles" or --exclude/);
  },
);

const MONOREPO: SceneFiles = {
  "robot.yaml": "tasks:\n  Go: {shell: ../../scripts/go.sh}\n  Tool: {shell: tool}\n" +
    "artifactsDir: ../../output\ncondaConfigFile: ../../envs/conda.yaml\nPATH: [., ../../bin]\n" +
    "PYTHONPATH: [../../libs]\n",
  "own.txt": "own",
  "../../envs/conda.yaml": "channels:\n- conda-forge\ndependencies:\n- tinyenv=1.0\n",
  "../../scripts/go.sh":
    '#!/bin/sh\npwd; cat own.txt; echo; ls ../..; echo "$PYTHONPATH"; echo "$*" > "$ROBOT_ARTIFACTS/x"\n' +
    'hello "$(cat ../../output/x)"\n',
  "../../bin/tool": { content: "#!/bin/sh\necho tool\n", mode: 0o644 },
  "../../libs/a.py": "",
  "../../private/secret": "",
};

for (const sealed of [false, true]) {
  toolTest({
    name: `a robot of a repository runs with what it shares${sealed ? ", sealed too" : ""}`,
    needs: NEEDS,
  }, async () => {
    await using scene = await robotScene({ environment, robot: MONOREPO, at: "repo/robots/a" });
    const base = `oci:${await busyboxBase()}`;
    const refused = await scene.build(["--base-image", base, "--save", "image.tar"]);
    assert.equal(refused.code, 3);
    const root = join(scene.folder, "repo");
    assert.match(refused.stderr, /failed to pack .*"\.\.\/\.\.\/libs".*: robot.yaml names them/);
    assert.ok(refused.stderr.includes(`--root "${root}"`), refused.stderr);
    const reference = await load(
      scene,
      `robots/repository-${sealed}:1`,
      ...["--root", root, "--task", "go", ...(sealed ? ["--sealed"] : [])],
    );
    assert.equal(
      await run(reference, "one", "two"),
      "/home/robot/app/robots/a\nown\nbin\nenvs\nlibs\noutput\nrobots\nscripts\n" +
        "/home/robot/app/robots/a/../../libs\nSPACE 1 one two\n",
    );
    assert.equal(await run(reference, "-t", "Tool"), "tool\n");
  });
}

toolTest(
  { name: "a robot with absolute folders runs as rcc reads them", needs: NEEDS },
  async () => {
    await using scene = await robotScene({
      environment: (stage) => ({
        ...environment(stage),
        "bin/python": '#!/bin/sh\necho "$@"; echo x > "$6/log"\n',
      }),
      robot: {
        "robot.yaml": "tasks:\n  Framework: {robotTaskName: A}\n  Own: {shell: own}\n" +
          "artifactsDir: /results/all\ncondaConfigFile: conda.yaml\nPATH: [/bin, /opt/own, /opt/gone]\n",
        "opt/own/own": {
          content: '#!/bin/sh\necho "$ROBOT_ARTIFACTS"; echo x > "$ROBOT_ARTIFACTS/log"\n',
          mode: 0o644,
        },
        "a.robot": "",
      },
    });
    const args = ["--base-image", `oci:${await busyboxBase()}`, "--save", "image.tar"];
    const { stderr } = await scene.build(args);
    assert.match(
      stderr,
      /Warning: "\/opt\/gone" in "PATH" of robot.yaml is no folder of base image/,
    );
    assert.doesNotMatch(stderr, /"\/bin"|"\/opt\/own"/);
    const reference = await load(scene, "robots/absolute:1");
    assert.match(
      await run(reference, "--task", "Framework"),
      /--outputdir \/results\/all --logtitle/,
    );
    assert.equal(await run(reference, "--task", "Own"), "/home/robot/app/results/all\n");
  },
);

toolTest(
  { name: "artifacts may lie beside the robot's files, which stay", needs: NEEDS },
  async () => {
    await using scene = await robotScene({
      environment,
      robot: {
        "robot.yaml": "tasks:\n  Go: {shell: go}\nPATH: [.]\n" +
          "artifactsDir: .\ncondaConfigFile: conda.yaml\n",
        "go": "#!/bin/sh\nls; echo x > log; cat log own\n",
        "own": "own\n",
      },
    });
    const reference = await load(scene, "robots/beside:1");
    assert.equal(await run(reference), "conda.yaml\ngo\nown\nrobot.yaml\nx\nown\n");
  },
);

toolTest({
  name: "arguments, files of variables and other commands do what docs/image.md says",
  needs: NEEDS,
}, async () => {
  await using scene = await robotScene({
    environment,
    robot: {
      "robot.yaml": "tasks:\n  Go: {shell: go.sh}\n  Other: {shell: hello other}\n" +
        "artifactsDir: output\ncondaConfigFile: conda.yaml\nPATH: [.]\n",
      "go.sh": '#!/bin/sh\necho "$A" "$#" "$@"\n',
      "devdata/env.json": '{"A": "from a file"}',
    },
  });
  const reference = await load(scene, "robots/arguments:1", "--task", "Go");
  assert.equal(await run(reference), " 0\n");
  assert.equal(await run(reference, "a", "b c"), " 2 a b c\n");
  assert.equal(await run(reference, "--", "--name", "x"), " 2 --name x\n");
  assert.equal(await run(reference, "-e", "devdata/env.json", "a"), "from a file 1 a\n");
  assert.equal(await run(reference, "--task", "Other"), "SPACE 1 other\n");
  const codeOf = async (...args: readonly string[]) => (await podman.run(reference, { args })).code;
  assert.deepEqual([await codeOf("--name", "x"), await codeOf("-e", "gone.json")], [1, 5]);
  const script = await podman.run(reference, {
    entrypoint: "rcc",
    args: ["task", "script", "--silent", "--", "hello", "script"],
  });
  assert.match(script.stdout, / 1 script\n$/);
});

toolTest({
  name: "what an earlier build left in the robot's folder makes no other image",
  needs: NEEDS,
}, async () => {
  await using scene = await robotScene({ environment });
  const build = async (...outputs: readonly string[]) => {
    const base = ["--base-image", `oci:${await busyboxBase()}`, "-t", "robots/again:1"];
    const { code, stdout, stderr } = await scene.build([...base, "-q", ...outputs], {
      cwd: scene.robot,
      env: { SOURCE_DATE_EPOCH: "1700000000" },
    });
    assert.equal(code, 0, stderr);
    return { digest: stdout, left: stderr.match(/"[^"]+" is left out of the image/g) ?? [] };
  };
  const outputs = ["--metadata-file", "m.json", "--report", "image.html"];
  const first = await build("--save", "image.tar", "--oci-layout", "layout", ...outputs);
  const second = await build("--save", "other.tar");
  assert.equal(second.digest, first.digest);
  assert.deepEqual(second.left.map((text) => text.split('"')[1]).sort(), [
    ...["image.html", "image.tar", "layout", "m.json"],
  ]);
});

toolTest(
  { name: "build takes the robot as an argument, and no second one", needs: ["cc"] },
  async () => {
    await using scene = await robotScene({ environment });
    const build = (...args: readonly string[]) =>
      runProgram(["build", ...args, "--plan", "--json", "--base-image", "scratch"], {
        cache: scene.cache,
        cwd: scene.folder,
      });
    const both = await build("robot", "-r", "robot");
    assert.equal(both.code, 2);
    assert.match(both.stderr, /"robot" and --robot "robot" both name the robot, leave one out/);
    const gone = await build("no-robot");
    assert.match(gone.stderr, /failed to read "no-robot"/);
    const { stderr } = await build("robot", "--task", "Nobody");
    assert.match(stderr, /failed to choose task "Nobody"/);
  },
);
