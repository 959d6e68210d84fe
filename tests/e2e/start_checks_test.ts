/** What keeps a robot from starting is found before an image is published. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { busyboxBase, debianBase, glibcBase, muslBase } from "../support/bases.ts";
import { elfOf, type ElfSpec } from "../support/elf_of.ts";
import { largeFixturePath } from "../support/fixtures.ts";
import { writeLibrary } from "../support/library_writer.ts";
import { runProgram } from "../support/program.ts";
import { type RobotScene, robotScene, type RobotSceneOptions } from "../support/robot_scene.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

/** As much of Python as a loader looks at, asking for glibc 2.34. */
const PYTHON = {
  robot: {
    "robot.yaml": "tasks:\n  Run:\n    shell: python task.py\nartifactsDir: output\n" +
      "condaConfigFile: conda.yaml\n",
    "task.py": "print()\n",
  },
  environment: (stage) => ({
    "bin/python3.11": elfOf({
      interpreter: "/lib64/ld-linux-x86-64.so.2",
      needed: ["libpython3.11.so.1.0", "libc.so.6"],
      rpath: "$ORIGIN/../lib",
    }),
    "bin/python": { symlink: "python3.11" },
    "bin/pip": `#!${stage}/bin/python\n`,
    "lib/libpython3.11.so.1.0": elfOf({
      soname: "libpython3.11.so.1.0",
      needed: ["libc.so.6"],
      versions: { "libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.34"] },
    }),
  }),
} satisfies RobotSceneOptions;

/** Builds onto a base. */
async function build(scene: RobotScene, base: string, ...args: readonly string[]) {
  const image = join(scene.folder, "image.tar");
  const result = await scene.build(["--base-image", base, "--save", image, ...args]);
  const errors = result.stderr.split("\n").filter((line) => line.startsWith("Error: "));
  return { ...result, errors, isPublished: existsSync(image) };
}

/** A build is refused before anything is packed. */
async function requireRefused(scene: RobotScene, base: string, message: RegExp): Promise<void> {
  const { code, errors, stdout, isPublished } = await build(scene, base);
  assert.equal(code, 6, errors.join("\n"));
  assert.match(errors.join("\n"), message);
  assert.equal(isPublished, false);
  assert.doesNotMatch(stdout, /Layering/);
}

const OLD =
  /"lib\/libpython3\.11\.so\.1\.0" needs glibc 2\.34, and the base has 2\.31, use a newer/;

toolTest({ name: "build refuses an older glibc", needs: ["cc"] }, async () => {
  await using scene = await robotScene(PYTHON);
  await requireRefused(scene, `oci:${await glibcBase(31)}`, OLD);
});

toolTest({
  name: "build refuses an older glibc for what it does not start, when that was packed and known",
  needs: ["cc"],
}, async () => {
  await using scene = await robotScene({
    ...PYTHON,
    environment: (stage) => ({
      ...PYTHON.environment(stage),
      "lib/new.so": elfOf({ versions: { "libc.so.6": ["GLIBC_2.38"] } }),
    }),
  });
  for (const isKnown of [false, true]) {
    const { code, errors, stdout, isPublished } = await build(scene, `oci:${await glibcBase(34)}`);
    assert.equal(code, 6, errors.join("\n"));
    assert.match(errors.join("\n"), /"lib\/new\.so" needs glibc 2\.38, and the base has 2\.34/);
    assert.equal(isPublished, false);
    assert.equal(/Layering/.test(stdout), !isKnown, stdout);
  }
});

/** Python that looks for its library at another place than where the environment has it. */
function pythonLookingIn(folders: Pick<ElfSpec, "rpath" | "runpath">): RobotSceneOptions {
  return {
    ...PYTHON,
    environment: (stage) => ({
      ...PYTHON.environment(stage),
      "bin/python3.11": elfOf({
        interpreter: "/lib64/ld-linux-x86-64.so.2",
        needed: ["libpython3.11.so.1.0", "libc.so.6"],
        ...folders,
      }),
    }),
  };
}

toolTest({ name: "build refuses a RUNPATH that leads elsewhere", needs: ["cc"] }, async () => {
  await using scene = await robotScene(pythonLookingIn({ runpath: "/opt/python/lib" }));
  await requireRefused(
    scene,
    `oci:${await glibcBase(36)}`,
    /failed to start the environment on base image .*: "bin\/python3\.11" needs "libpython3\.11\.so\.1\.0", which lies at "lib\/libpython3\.11\.so\.1\.0" of the environment, where the loader does not look for it, .* --env LD_LIBRARY_PATH=\/home\/dev\/\.robocorp\/holotree\/[0-9a-f_]{24}\/lib$/m,
  );
});

toolTest({
  name: "build refuses it too for several tasks that begin with different scripts of Python",
  needs: ["cc"],
}, async () => {
  const python = pythonLookingIn({ runpath: "/opt/python/lib" });
  await using scene = await robotScene({
    robot: {
      "robot.yaml": "tasks:\n  One:\n    shell: python task.py\n  Two:\n    shell: pip list\n" +
        "  Three:\n    shell: ./three.py\n" +
        "artifactsDir: output\ncondaConfigFile: conda.yaml\nPATH: [.]\n",
      "three.py": { content: "#!/usr/bin/env python\n", mode: 0o755 },
    },
    environment: python.environment!,
  });
  const base = `oci:${await glibcBase(36)}`;
  const { code, errors, stdout } = await build(scene, base);
  assert.equal(code, 6, errors.join("\n"));
  assert.match(errors.join("\n"), /"bin\/python3\.11" needs "libpython3\.11\.so\.1\.0"/);
  assert.doesNotMatch(stdout, /Layering/);
});

toolTest({
  name: "build only warns of a program without its library that a task may do without",
  needs: ["cc"],
}, async () => {
  await using scene = await robotScene({
    ...PYTHON,
    environment: (stage) => ({
      ...PYTHON.environment(stage),
      "bin/tool": elfOf({ interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libodd.so.1"] }),
    }),
  });
  const { code, stderr } = await build(scene, `oci:${await glibcBase(36)}`);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^Warning: "libodd\.so\.1" is neither .* "bin\/tool" cannot/m);
});

toolTest({ name: "build follows what the message about it says", needs: ["cc"] }, async () => {
  await using scene = await robotScene(pythonLookingIn({ runpath: "/opt/python/lib" }));
  const base = `oci:${await glibcBase(36)}`;
  const [message = ""] = (await build(scene, base)).errors;
  const variable = /--env (\S+)$/.exec(message)![1]!;
  const { code, stderr } = await build(scene, base, "--env", variable);
  assert.deepEqual([code, stderr], [0, ""]);
});

for (
  const [what, folders] of [
    ["conda's $ORIGIN", { rpath: "$ORIGIN/../lib" }],
    ["RUNPATH with $ORIGIN", { runpath: "${ORIGIN}/../lib" }],
  ] as const
) {
  toolTest({ name: `build has nothing to say of ${what}`, needs: ["cc"] }, async () => {
    await using scene = await robotScene(pythonLookingIn(folders));
    const { code, stderr } = await build(scene, `oci:${await glibcBase(36)}`);
    assert.deepEqual([code, stderr], [0, ""]);
  });
}

toolTest({
  name: "build knows the place of an environment that is built into its programs, and activation",
  needs: ["cc"],
}, async () => {
  for (const isActivated of [false, true]) {
    await using scene = await robotScene({
      ...PYTHON,
      environment: (stage) => ({
        ...PYTHON.environment(stage),
        "bin/python3.11": elfOf({
          interpreter: "/lib64/ld-linux-x86-64.so.2",
          needed: ["libpython3.11.so.1.0", "libc.so.6"],
          ...(isActivated ? {} : { runpath: `${stage}/lib` }),
        }),
        ...(isActivated
          ? { "rcc_activate.json": JSON.stringify({ LD_LIBRARY_PATH: `${stage}/lib` }) }
          : {}),
      }),
    });
    const { code, stderr } = await build(scene, `oci:${await glibcBase(36)}`);
    assert.deepEqual([code, stderr], [0, ""]);
  }
});

toolTest(
  { name: "build knows before packing that nothing starts on scratch", needs: ["cc"] },
  async () => {
    await using scene = await robotScene(PYTHON);
    await requireRefused(scene, "scratch", /"bin\/python3\.11" is loaded by "\/lib64\/ld-linux/);
  },
);

toolTest({ name: "build takes a glibc that is just new enough", needs: ["cc"] }, async () => {
  await using scene = await robotScene(PYTHON);
  const { code, stderr } = await build(scene, `oci:${await glibcBase(34)}`);
  assert.deepEqual([code, stderr], [0, ""]);
});

toolTest(
  { name: "build lists programs for other machines and systems, twice", needs: ["cc"] },
  async () => {
    await using scene = await robotScene({
      ...PYTHON,
      environment: (stage) => ({
        ...PYTHON.environment(stage),
        "lib/tool-arm64": elfOf({ machine: 183 }),
        "lib/tool.dll": "MZ",
      }),
    });
    for (const isKnown of [false, true]) {
      const { code, stderr, stdout } = await build(scene, `oci:${await glibcBase(34)}`);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^Warning: .*files for Windows, .*: "lib\/tool\.dll"/m);
      assert.match(stderr, /^Warning: .*files for arm64, .*: "lib\/tool-arm64"$/m);
      assert.equal(/environment from cache/.test(stdout), isKnown);
    }
  },
);

toolTest({ name: "build refuses musl under an environment for glibc", needs: ["cc"] }, async () => {
  await using scene = await robotScene(PYTHON);
  const why = /its C library is musl, as Alpine's, and "bin\/python3\.11" is made for glibc, use/;
  await requireRefused(scene, `oci:${await muslBase()}`, why);
});

toolTest(
  { name: "build refuses a base without a C library", needs: ["apt", "cc"] },
  async () => {
    await using scene = await robotScene(PYTHON);
    const why = /"bin\/python3\.11" is loaded by "\/lib64\/ld-linux-x86-64\.so\.2", use one that/;
    await requireRefused(scene, `oci:${await busyboxBase()}`, why);
  },
);

toolTest({ name: "sealed images are checked too", needs: ["cc"] }, async () => {
  await using scene = await robotScene(PYTHON);
  const { code, errors } = await build(scene, `oci:${await glibcBase(31)}`, "--sealed");
  assert.equal(code, 6);
  assert.match(errors.join("\n"), OLD);
});

toolTest({ name: "build warns of libraries that are nowhere", needs: ["cc"] }, async () => {
  await using scene = await robotScene({
    ...PYTHON,
    environment: (stage) => ({
      ...PYTHON.environment(stage),
      "lib/browser/chrome": elfOf({ needed: ["libX11.so.6", "libc.so.6"] }),
    }),
  });
  const base = `oci:${await glibcBase(36)}`;
  for (const round of ["first", "second"]) {
    const { code, stderr } = await build(scene, base);
    assert.equal(code, 0, stderr);
    const warnings = stderr.split("\n").filter((line) => /libX11/.test(line));
    assert.equal(warnings.length, 1, round);
    assert.match(warnings[0]!, /"libX11\.so\.6" is neither .* and "lib\/browser\/chrome" cannot/);
  }
});

toolTest({
  name: "build says before packing what packages call, and what is nowhere of the surroundings",
  needs: ["cc"],
}, async () => {
  const site = "lib/python3.11/site-packages";
  await using scene = await robotScene({
    ...PYTHON,
    environment: (stage) => ({
      ...PYTHON.environment(stage),
      [`${site}/GitPython-3.1.43.dist-info/METADATA`]: "Name: GitPython\n",
      [`${site}/robocorp_browser-2.4.0.dist-info/METADATA`]: "Name: robocorp-browser\n",
      "lib/python3.11/lib-dynload/_ssl.cpython-311.so": elfOf({ needed: ["libGL.so.1"] }),
      "lib/python3.11/zoneinfo/_tzpath.py": "",
    }),
  });
  const base = `oci:${await glibcBase(36)}`;
  const env = ["TZ=Europe/Berlin", "LANG=de_DE.UTF-8", "PLAYWRIGHT_BROWSERS_PATH=/opt/browsers"];
  for (const isKnown of [false, true]) {
    const { code, stderr, stdout } = await build(
      scene,
      base,
      ...env.flatMap((variable) => ["--env", variable]),
    );
    assert.equal(code, 0, stderr);
    assert.equal(/environment from cache/.test(stdout), isKnown);
    const warnings = stderr.split("\n").filter((line) => line.startsWith("Warning: "));
    const expected = [
      /git \(Debian's package git\) for gitpython$/,
      /robocorp-browser looks .* "\/home\/robot\/\.robocorp\/playwright" alone, for it ignores/,
      /has CA certificates/,
      /has time zones/,
      /TZ=Europe\/Berlin has no effect/,
      /LANG=de_DE\.UTF-8 has no effect/,
      /"libGL\.so\.1" is neither .* \(Debian's package libgl1\) if the robot does so$/,
    ];
    for (const text of expected) {
      assert.equal(warnings.filter((line) => text.test(line)).length, 1, `${text}\n${stderr}`);
    }
    assert.equal(warnings.length, expected.length, stderr);
  }
});

const SHELL_ROBOT = "tasks:\n  Go:\n    shell: sh -c 'echo go'\nartifactsDir: output\n";

toolTest({ name: "build refuses a task whose shell the base has not", needs: ["cc"] }, async () => {
  await using scene = await robotScene({ robot: { "robot.yaml": SHELL_ROBOT } });
  const { code, errors, isPublished } = await build(scene, "scratch");
  assert.equal(code, 6);
  assert.match(
    errors.join("\n"),
    /failed to start task "Go" on base image "scratch": "sh" is in neither the robot's PATH nor/,
  );
  assert.equal(isPublished, false);
});

toolTest(
  { name: "build refuses a script of the environment whose shell the base has not", needs: ["cc"] },
  async () => {
    await using scene = await robotScene();
    const { code, errors, isPublished } = await build(scene, "scratch");
    assert.equal(code, 6);
    assert.match(errors.join("\n"), /"hello" is a script, and there is no "\/bin\/sh" to run it/);
    assert.equal(isPublished, false);
  },
);

toolTest({
  name:
    "build refuses an environment that the robot's file does not stand for, unless it is sealed",
  needs: ["apt", "cc"],
}, async () => {
  await using scene = await robotScene();
  const conda = "channels: [conda-forge]\ndependencies: [other=1.0]\n";
  await writeFile(join(scene.robot, "conda.yaml"), conda);
  const base = `oci:${await busyboxBase()}`;
  const refused = await build(scene, base, "--catalog", scene.hash);
  assert.equal(refused.code, 5);
  assert.match(
    refused.errors.join("\n"),
    /failed to use catalog "95867f930bb13171": .* "conda\.yaml", which has the hash [0-9a-f]{16}, and/,
  );
  assert.equal(refused.isPublished, false);
  const sealed = await build(scene, base, "--catalog", scene.hash, "--sealed");
  assert.equal(sealed.code, 0, sealed.stderr);
  assert.match(sealed.stderr, /the image runs with it all the same/);
});

toolTest({
  name: "build refuses an environment of a channel that only this machine has, unless it is sealed",
  needs: ["apt", "cc"],
}, async () => {
  await using scene = await robotScene();
  const channel = join(scene.folder, "home", "channel");
  await mkdir(channel, { recursive: true });
  await writeFile(join(channel, "channeldata.json"), "{}");
  const blueprint = `channels:\n- ${channel}\n- conda-forge\ndependencies:\n- tinyenv=1.0`;
  const library = join(scene.folder, "home", "hololib");
  const from = join(scene.folder, "environment");
  await writeLibrary({ from, to: library, home: "/home/dev", blueprint, mode: "private" });
  const base = `oci:${await busyboxBase()}`;
  const env = { ROBOCORP_HOME: join(scene.folder, "home") };
  const args = ["--base-image", base, "--save", "image.tar", "--hololib", library];
  const refused = await scene.build(args, { env });
  assert.equal(refused.code, 5);
  assert.match(
    refused.stderr,
    /the environment [0-9a-f]{16} was built with the channel ".*\/home\/channel" of this machine, without which "conda\.yaml" has the hash 95867f930bb13171, .*; move that folder away/,
  );
  assert.equal(existsSync(join(scene.folder, "image.tar")), false);
  assert.doesNotMatch(refused.stdout, /Layering/);
  const sealed = await scene.build([...args, "--sealed"], { env });
  assert.equal(sealed.code, 0, sealed.stderr);
  assert.match(sealed.stderr, /of this machine, .*: the image runs with it all the same/);
});

toolTest(
  {
    name: "build refuses a catalog whose offsets do not hold the stage's name",
    needs: ["apt", "cc"],
  },
  async () => {
    await using scene = await robotScene();
    const path = join(scene.hololib, "catalog", `${scene.hash}v12.linux_amd64`);
    const catalog = gunzipSync(await readFile(path)).toString();
    const moved = catalog.replace(
      /("rewrite": \[\s*)([1-9][0-9]*)/,
      (_, before, offset) => `${before}${Number(offset) - 1}`,
    );
    assert.notEqual(moved, catalog);
    await writeFile(path, gzipSync(moved));
    const { code, errors, isPublished } = await build(scene, `oci:${await busyboxBase()}`);
    assert.equal(code, 5);
    assert.match(
      errors.join("\n"),
      /failed to pack "bin\/hello": expected "h[0-9a-f_]+t" at byte \d+, found something else; the catalog does not fit/,
    );
    assert.equal(isPublished, false);
  },
);

toolTest({
  name: "build has nothing to say of Python on Debian",
  needs: ["apt", "cc", "mmdebstrap"],
  on: ["large fixtures"],
}, async () => {
  await using folder = await temporaryFolder();
  const [robot, hololib] = ["robot", "hololib.zip"].map((name) =>
    largeFixturePath("python", name)!
  );
  const rcc = await standinRcc();
  const run = async (base: string) =>
    await runProgram([
      ...["build", "-r", robot!, "--hololib", hololib!, "--rcc-exec", rcc],
      ...["--base-image", `oci:${base}`, "--save", join(folder.path, "image.tar")],
    ], { cache: join(folder.path, "cache") });
  for (let round = 0; round < 2; round++) {
    const { code, stderr } = await run(await debianBase());
    assert.deepEqual([code, stderr], [0, ""]);
  }
  const old = await run(await glibcBase(31));
  assert.equal(old.code, 6);
  assert.match(old.stderr, /needs glibc 2\.36, and the base has 2\.31/);
});
