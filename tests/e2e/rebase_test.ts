/** An image is put on another base: the image that a build there makes, or one error that says why not. */
import assert from "node:assert/strict";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  baseOf,
  busyboxBase,
  glibcBase,
  type LayerEntry,
  layerOf,
  muslBase,
} from "../support/bases.ts";
import { type BuiltRobot, builtRobot } from "../support/built_robot.ts";
import { busyboxEntries } from "../support/busybox_base.ts";
import { changeImage } from "../support/change_image.ts";
import { startDockerRegistry } from "../support/docker_registry.ts";
import { elfOf } from "../support/elf_of.ts";
import { robotScene, type RobotSceneOptions } from "../support/robot_scene.ts";
import { runProgram } from "../support/program.ts";
import { toolTest } from "../support/tools.ts";
import { COMMON_CONFIG } from "../support/write_layout.ts";

const NEEDS = ["apt", "cc"] as const;
const TIME = { SOURCE_DATE_EPOCH: "1700000000" };
const [PATH] = COMMON_CONFIG.Env;

/** The first base: what a build of the tests stands on. */
async function oldBase(): Promise<string> {
  return await baseOf({
    layers: [layerOf(await busyboxEntries())],
    config: {
      ...COMMON_CONFIG,
      Env: [PATH, "LANG=C", "PATCH=1", "GONE=1"],
      Labels: { vendor: "acme", level: "1" },
    },
  });
}

/** The same, patched. */
async function newBase(change: (entries: readonly LayerEntry[]) => readonly LayerEntry[] = same) {
  return await baseOf({
    layers: [
      // Each release of a base has its folders' times anew.
      layerOf(change(await busyboxEntries()).map((entry) => ({ ...entry, mtime: 1700000000 }))),
      layerOf([{ path: "etc", type: "5" }, { path: "etc/patched", content: "2\n" }]),
    ],
    config: {
      ...COMMON_CONFIG,
      Env: [PATH, "LANG=C.UTF-8", "PATCH=2"],
      Labels: { vendor: "acme", level: "2" },
    },
  });
}

const same = (entries: readonly LayerEntry[]) => entries;

/** A build into a layout. */
async function build(
  robot: BuiltRobot,
  base: string,
  layout: string,
  args: readonly string[] = [],
) {
  const { code, stderr } = await robot.build(
    ["--base-image", `oci:${base}`, "-t", "bot:1", "--oci-layout", layout, ...args],
  );
  assert.equal(code, 0, stderr);
}

/** A rebase where neither robot, library, rcc nor cache is. */
async function rebase({ folder }: Pick<BuiltRobot, "folder">, args: readonly string[]) {
  const cache = join(folder, "empty cache");
  await rm(cache, { recursive: true, force: true });
  const env = { ...TIME, ROBOCORP_HOME: join(folder, "home"), DOCKER_CONFIG: folder };
  return await runProgram(["rebase", ...args], { cache, cwd: folder, env });
}

async function digestOf(layout: string): Promise<string> {
  return JSON.parse(await readFile(join(layout, "index.json"), "utf8")).manifests[0].digest;
}

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  "defaults": [],
  "variables and labels": [
    ...["--env", "LANG=de_DE.UTF-8", "--env", "OWN=a=b", "--label", "level=mine"],
    ...["--label", "org.opencontainers.image.licenses=MIT"],
  ],
  "sealed, zstd of a level, an init": ["--sealed", "--compression", "zstd:3", "--init"],
  "trusted, another user": ["--start", "trusted", "--user", "worker:1500:1501"],
};

toolTest({
  name: "a rebase makes the image of a build on that base",
  needs: NEEDS,
}, async (t) => {
  const [old, patched] = [await oldBase(), await newBase()];
  for (const [name, settings] of Object.entries(SETTINGS)) {
    await t.step(name, async () => {
      await using robot = await builtRobot();
      await build(robot, old, "old", settings);
      await build(robot, patched, "built", settings);
      const { code, stderr } = await rebase(robot, [
        ...["oci:old", "--old-base", `oci:${old}`, "--base-image", `oci:${patched}`],
        ...["-t", "bot:1", "--oci-layout", "rebased"],
      ]);
      assert.equal(code, 0, stderr);
      const [built, rebased, before] = await Promise.all(
        ["built", "rebased", "old"].map((layout) => digestOf(join(robot.folder, layout))),
      );
      assert.equal(rebased, built);
      assert.notEqual(rebased, before);
    });
  }
});

/** A robot that reaches out of its folder, with what a robot may have in it. */
const FAR: RobotSceneOptions = {
  at: "tree/robots/mine",
  robot: {
    "robot.yaml": "tasks:\n  Go:\n    shell: hello --from robot\n  Other:\n    shell: sh go.sh\n" +
      "artifactsDir: results/deep\ncondaConfigFile: conda.yaml\nPYTHONPATH: [../../lib]\n" +
      "ignoreFiles: [.ignored]\n",
    ".ignored": "*.log\n",
    "old.log": "not packed",
    "go.sh": { content: "#!/bin/sh\necho go\n", mode: 0o755 },
    "data/empty.txt": "",
    "data/ünïcode.txt": "x".repeat(100_000),
    "link": { symlink: "data/empty.txt" },
    "../../lib/mine.py": "print(1)\n",
  },
};

toolTest(
  { name: "whatever robot an image has, it comes along as it is", needs: NEEDS },
  async (t) => {
    const [old, patched] = [await oldBase(), await newBase()];
    for (const mode of ["private", "shared", "raw"] as const) {
      await t.step(mode, async () => {
        await using scene = await robotScene({ ...FAR, mode });
        const root = join(scene.folder, "tree");
        const make = async (base: string, layout: string) => {
          const { code, stderr } = await scene.build([
            ...["--base-image", `oci:${base}`, "-t", "bot:1", "--root", root],
            ...["--task", "Go", "--oci-layout", join(scene.folder, layout)],
          ], { env: TIME });
          assert.equal(code, 0, stderr);
        };
        await make(old, "old");
        await make(patched, "built");
        const { code, stderr } = await rebase(scene, [
          ...["oci:old", "--old-base", `oci:${old}`, "--base-image", `oci:${patched}`],
          ...["-t", "bot:1", "--oci-layout", "rebased"],
        ]);
        assert.equal(code, 0, stderr);
        assert.equal(
          await digestOf(join(scene.folder, "rebased")),
          await digestOf(join(scene.folder, "built")),
        );
      });
    }
  },
);

toolTest({ name: "what would have to be rebuilt is said", needs: NEEDS }, async (t) => {
  await using robot = await builtRobot();
  const old = await oldBase();
  await build(robot, old, "old");
  const refused = async (name: string, base: string, expected: number, reason: RegExp) => {
    await t.step(name, async () => {
      const { code, stderr } = await rebase(robot, [
        ...["oci:old", "--old-base", `oci:${old}`, "--base-image", `oci:${base}`],
        ...["-t", "bot:1", "--oci-layout", "rebased"],
      ]);
      assert.equal(code, expected, stderr);
      assert.match(stderr, reason);
      await assert.rejects(stat(join(robot.folder, "rebased")), { code: "ENOENT" });
    });
  };
  const passwd = (line: string) => (entries: readonly LayerEntry[]) =>
    entries.map((entry) =>
      entry.path === "etc/passwd" ? { ...entry, content: `${entry.content}${line}\n` } : entry
    );
  await refused(
    "other users",
    await newBase(passwd("svc:x:77:77::/:/bin/sh")),
    5,
    /the layer of rcc and its user would have to be built anew: \/etc\/passwd of the bases differ/,
  );
  await refused(
    "the user under another uid",
    await newBase(passwd("robot:x:77:77::/:/bin/sh")),
    5,
    /would have to be built anew: /,
  );
  await refused(
    "a folder above with another mode",
    await newBase((entries) =>
      entries.map((entry) => entry.path === "usr" ? { ...entry, mode: 0o711 } : entry)
    ),
    5,
    /"\/usr" is 0:0 0711 there and was 0:0 0755,/,
  );
});

/** As much of Python as a loader looks at, asking for glibc 2.34. */
const PYTHON: RobotSceneOptions = {
  robot: {
    "robot.yaml": "tasks:\n  Run:\n    shell: python task.py\nartifactsDir: output\n" +
      "condaConfigFile: conda.yaml\n",
  },
  environment: () => ({
    "bin/python": elfOf({
      interpreter: "/lib64/ld-linux-x86-64.so.2",
      needed: ["libc.so.6"],
      versions: { "libc.so.6": ["GLIBC_2.34"] },
    }),
  }),
};

toolTest(
  { name: "a base that the programs cannot run on is refused", needs: ["cc"] },
  async (t) => {
    await using scene = await robotScene(PYTHON);
    const old = await glibcBase(34);
    const layout = join(scene.folder, "old");
    const built = await scene.build(["--base-image", `oci:${old}`, "--oci-layout", layout]);
    assert.equal(built.code, 0, built.stderr);
    const cases = [
      ["musl", await muslBase(), 6, /musl|Alpine/],
      ["an older glibc", await glibcBase(31), 6, /needs glibc 2\.34, and the base has 2\.31/],
      ["a newer one", await glibcBase(36), 0, /^/],
    ] as const;
    for (const [name, base, expected, message] of cases) {
      await t.step(name, async () => {
        const { code, stderr } = await rebase(scene, [
          ...[`oci:${layout}`, "--old-base", `oci:${old}`, "--base-image", `oci:${base}`],
          ...["-t", "bot:1", "--oci-layout", "rebased"],
        ]);
        assert.equal(code, expected, stderr);
        assert.match(stderr, message);
      });
    }
  },
);

toolTest(
  { name: "an image that cannot be told apart from its base is refused", needs: NEEDS },
  async (t) => {
    await using robot = await builtRobot();
    const old = await oldBase();
    const base = await newBase();
    await build(robot, old, "old");
    const onto = ["--base-image", `oci:${base}`, "-t", "bot:1", "--oci-layout", "rebased"];
    const cases: readonly (readonly [string, readonly string[], number, RegExp])[] = [
      ["no name of the old base", [], 2, /name it with --old-base/],
      [
        "another old base",
        ["--old-base", `oci:${await busyboxBase()}`],
        5,
        /it was not built on its old base/,
      ],
      [
        "an old base of other layers",
        ["--old-base", `oci:${base}`],
        5,
        /it was not built on its old base/,
      ],
    ];
    for (const [name, args, expected, reason] of cases) {
      await t.step(name, async () => {
        const { code, stderr } = await rebase(robot, ["oci:old", ...args, ...onto]);
        assert.equal(code, expected, stderr);
        assert.match(stderr, reason);
      });
    }
    await t.step("a changed Entrypoint", async () => {
      await changeImage(
        join(robot.folder, "old"),
        ({ config }) => config.config.Entrypoint.push("--x"),
      );
      const { code, stderr } = await rebase(robot, [
        "oci:old",
        "--old-base",
        `oci:${old}`,
        ...onto,
      ]);
      assert.equal(code, 5, stderr);
      assert.match(stderr, /its Entrypoint is/);
    });
  },
);

toolTest({
  name: "in a registry, --check says whether the base has changed, and rebase follows it",
  needs: [...NEEDS, "docker-registry", "skopeo"],
}, async () => {
  await using registry = await startDockerRegistry();
  await using robot = await builtRobot();
  const base = `${registry.host}/acme/base:stable`;
  const image = `${registry.host}/acme/bot:1`;
  const put = async (layout: string) => {
    const { success, stderr } = await new Deno.Command("skopeo", {
      args: ["copy", "--dest-tls-verify=false", `oci:${layout}`, `docker://${base}`],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  };
  await put(await oldBase());
  const built = await robot.build(["--base-image", base, "-t", image, "--push"]);
  assert.equal(built.code, 0, built.stderr);
  const current = await rebase(robot, [image, "--check"]);
  assert.equal(current.code, 0, current.stderr);
  assert.match(current.stdout, /^current: .*\/acme\/base:stable@sha256:/m);
  await put(await newBase());
  const outdated = await rebase(robot, [image, "--check", "--json"]);
  assert.equal(outdated.code, 8, outdated.stderr);
  assert.equal(JSON.parse(outdated.stdout).isCurrent, false);
  const before = (await registry.lines()).length;
  const { code, stderr } = await rebase(robot, [image, "--push", "--digest-file", "digest"]);
  assert.equal(code, 0, stderr);
  const lines = (await registry.lines()).slice(before);
  // The config and the facts are new.
  assert.equal(
    lines.filter((line) => /PUT .*blobs\/uploads/.test(line)).length,
    2,
    lines.join("\n"),
  );
  assert.equal((await rebase(robot, [image, "--check"])).code, 0);
  const again = await robot.build([
    ...["--base-image", base, "-t", image, "--oci-layout", "built"],
  ]);
  assert.equal(again.code, 0, again.stderr);
  const digest = await readFile(join(robot.folder, "digest"), "utf8");
  assert.equal(digest, await digestOf(join(robot.folder, "built")));
});
