/** What builders make of a robot's folder and a plain Dockerfile runs as what `build` makes. */
import assert from "node:assert/strict";
import { appendFile, chmod, copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withoutLayerLabels } from "../support/layer_labels.ts";
import { asDockerArchive, busyboxBase, debianBase } from "../support/bases.ts";
import { type Builder, BUILDERS, slowBuilders } from "../support/builders.ts";
import { blueprintText } from "../../src/holotree/mod.ts";
import { parseCondaFile } from "../../src/robot/mod.ts";
import { stagePath, writeHololibZip, writeLibrary } from "../support/library_writer.ts";
import { fixturePath, largeFixturePath, TINY_HASH, unpackLibrary } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { differences, type Tree } from "../support/read_tree.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";
import { mergedTree, verifyImage } from "../support/verify_image.ts";

interface Scene {
  readonly robot: string;
  /** The environment; none for a shell robot. */
  readonly zip?: string;
  /** The robot.yaml's own name, when it has another. */
  readonly file?: string;
  /** Whether rcc finds it beside robot.yaml, or resolves it while the image is built. */
  readonly isRecorded: boolean;
  /** A base's layout. */
  readonly base: string;
  readonly extra?: readonly string[];
  readonly args?: Readonly<Record<string, string>>;
}

/** A context as the first lines of the Dockerfile tell to make it. */
async function makeContext(folder: string, scene: Scene): Promise<string> {
  const { robot, file: robotFile = "robot.yaml", zip, isRecorded, extra = [] } = scene;
  const context = join(folder, "robot");
  await cp(robot, context, { recursive: true });
  const rcc = join(context, "rcc");
  await copyFile(await standinRcc(), rcc);
  if (zip !== undefined) {
    if (isRecorded) await copyFile(zip, join(context, "hololib.zip"));
    else await appendFile(rcc, await Deno.readFile(zip));
  }
  const print = async (file: string, args: readonly string[]) => {
    const { code, stdout, stderr } = await runProgram([
      "dockerfile",
      "-r",
      join(context, robotFile),
      ...args,
    ], {
      cache: join(folder, "cache"),
    });
    assert.equal(code, 0, stderr);
    await writeFile(join(context, file), stdout);
  };
  await print(".dockerignore", ["--print-dockerignore"]);
  await print("Dockerfile", ["--base-image", BASE, ...extra]);
  return context;
}

/** The name of every base in its archive. */
const BASE = "example.test/base:1";

/** What each builder was given last: they are told of a base once, not for each image on it. */
const loaded = new Map<Builder, string>();

async function build(builder: Builder, folder: string, scene: Scene): Promise<string> {
  const base = await asDockerArchive(scene.base);
  if (loaded.get(builder) !== base) await builder.load(base);
  loaded.set(builder, base);
  const context = await makeContext(folder, scene);
  const tag = `e2e/plain-${builder.name}:${crypto.randomUUID()}`;
  const { code, stdout, stderr } = await builder.build(context, { tag, args: scene.args ?? {} });
  assert.equal(code, 0, stdout + stderr);
  return tag;
}

/** What the files weigh, each inode once. */
function weigh(tree: Tree): number {
  const files = [...tree].filter(([path, { names }]) => names === undefined || names[0] === path);
  return files.reduce((sum, [, { size = 0 }]) => sum + size, 0);
}

/** What docs/dockerfile.md says to be another in the images of a plain Dockerfile. */
const OTHERWISE = [
  /^home\/robot\/\.robocorp\/hololib\/(catalog|library)\//,
  /^home\/robot\/app\/hololib\.zip$/,
  /\/holotree\/(global\.lck|[^/]+\.(lck|use|meta|meta\.info))$/,
  // What buildah puts files and folders of its own over while it builds.
  /^(dev|proc|run|sys|etc\/(hosts|hostname|resolv\.conf))$/,
  // Folders that rcc makes have another mode than those of the image.
  /\.robocorp\/(holotree|hololib(\/\w+)?)$/,
];

/** Everything of a tree but times, hard links, and what is otherwise. */
function withoutTimes(tree: Tree): Tree {
  const kept = [...tree].filter(([path]) => !OTHERWISE.some((pattern) => pattern.test(path)));
  return new Map(kept.map(([path, { names: _, ...node }]) => [path, { ...node, mtime: 0 }]));
}

const TINY = { robot: fixturePath("tiny", "robot"), zip: fixturePath("tiny", "hololib.zip") };
/** What rcc would resolve while the image is built: recorded by the robot's own user. */
async function zipForRobot(folder: string): Promise<string> {
  const [from, hololib] = [join(folder, "environment"), join(folder, "hololib")];
  await mkdir(join(from, "bin"), { recursive: true });
  const home = "/home/robot";
  const script = `#!/bin/sh\necho "hello from ${stagePath({ home, mode: "private" })}"\n`;
  await writeFile(join(from, "bin", "hello"), script, { mode: 0o755 });
  const conda = await Deno.readTextFile(fixturePath("tiny", "robot", "conda.yaml"));
  const blueprint = blueprintText(parseCondaFile(conda, "conda.yaml"));
  const { hash } = await writeLibrary({ from, to: hololib, home, blueprint, mode: "private" });
  const zip = join(folder, "resolved.zip");
  await writeHololibZip({ library: hololib, catalog: hash, to: zip });
  return zip;
}

const HELLO = ["--task", "Hello"];

/** The tiny robot on busybox, by its tag, and what is in it. */
async function buildHello(builder: Builder, { isRecorded }: Pick<Scene, "isRecorded">) {
  await using folder = await temporaryFolder();
  const zip = isRecorded ? TINY.zip : await zipForRobot(folder.path);
  const scene = { ...TINY, zip, isRecorded, base: await busyboxBase(), extra: HELLO };
  const tag = await build(builder, folder.path, scene);
  return { tag, image: await builder.read(tag) };
}

const SPACE = "dc4d952_5a1fac3_9fcd2534";
const MIB = 1024 * 1024;

for (const builder of BUILDERS) {
  const needs = ["apt", "cc", ...builder.needs] as const;

  /** One image for two tests. */
  let recorded: ReturnType<typeof buildHello> | undefined;

  for (const isRecorded of [true, false]) {
    const how = isRecorded ? "a hololib.zip" : "an environment that rcc resolves";

    toolTest({ name: `${builder.name} builds a robot's folder with ${how}`, needs }, async () => {
      const { tag, image } = await (isRecorded
        ? recorded ??= buildHello(builder, { isRecorded: true })
        : buildHello(builder, { isRecorded: false }));
      // Builders leave an empty Cmd out.
      const { User, Entrypoint, Cmd = [], WorkingDir } = image.config;
      assert.deepEqual([User, WorkingDir], ["1000:1000", "/home/robot/app"]);
      assert.deepEqual([...Entrypoint, ...Cmd].slice(-4), [
        "--robot",
        "/home/robot/app/robot.yaml",
        ...HELLO,
      ]);
      const { code, stdout, stderr } = await builder.run(tag);
      assert.equal(code, 0, stderr);
      const holotree = `/home/${isRecorded ? "dev" : "robot"}/.robocorp/holotree`;
      assert.match(stdout, new RegExp(`hello from ${holotree}/${SPACE}`));
      const added = weigh(image.tree) - weigh(await mergedTree(await busyboxBase()));
      assert.ok(added < 3 * MIB, `${added} bytes above the base`);
      assert.ok(
        ![...image.tree.keys()].some((path) =>
          /(library\/..\/|\/rcc$)/.test(path) && path !== "usr/local/bin/rcc"
        ),
      );
    });
  }

  toolTest({
    name: `${builder.name} builds a robot's folder that differs from build's image as is said`,
    needs: [...needs, "zstd"],
  }, async () => {
    await using folder = await temporaryFolder();
    const base = await busyboxBase();
    const { image } = await (recorded ??= buildHello(builder, { isRecorded: true }));
    const layout = join(folder.path, "layout");
    const { code, stderr } = await runProgram([
      ...["build", "-r", TINY.robot, "--hololib", TINY.zip, "--base-image", `oci:${base}`],
      ...["--rcc-exec", await standinRcc(), "--oci-layout", layout, ...HELLO],
    ], { cache: join(folder.path, "cache") });
    assert.equal(code, 0, stderr);
    const built = await verifyImage(layout);
    const { Labels: { ...labels }, ...start } = built.config.config;
    const { Labels: { ...found }, ...foundStart } = image.config;
    assert.deepEqual({ Cmd: [], ...foundStart }, start);
    for (const name of ["created", "version", "revision", "base.name", "base.digest"]) {
      delete labels[`org.opencontainers.image.${name}`];
      delete found[`org.opencontainers.image.${name}`];
    }
    delete found["io.buildah.version"];
    assert.deepEqual(found, withoutLayerLabels(labels));
    const others = differences(withoutTimes(built.tree), withoutTimes(image.tree))
      .filter((line) => !line.startsWith("usr/local/share")); // What others may take layers by.
    assert.deepEqual(others, []);
  });

  toolTest(
    { name: `${builder.name} builds a robot's folder with a shared environment`, needs },
    async () => {
      await using folder = await temporaryFolder();
      await using library = await unpackLibrary("tiny-shared");
      const zip = join(folder.path, "shared.zip");
      await writeHololibZip({ library: library.path, catalog: TINY_HASH, to: zip });
      const base = await busyboxBase();
      const scene = { robot: TINY.robot, zip, isRecorded: true, base, extra: HELLO };
      const tag = await build(builder, folder.path, scene);
      const { code, stdout, stderr } = await builder.run(tag);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`hello from /opt/robocorp/ht/${SPACE}`));
    },
  );

  toolTest(
    { name: `${builder.name} builds a robot's folder for another user`, needs },
    async () => {
      await using folder = await temporaryFolder();
      const tag = await build(builder, folder.path, {
        ...TINY,
        isRecorded: true,
        base: await busyboxBase(),
        extra: [...HELLO, "--user", "worker:1500:1600"],
      });
      const image = await builder.read(tag);
      assert.equal(image.config.User, "1500:1600");
      const { code, stdout, stderr } = await builder.run(tag);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^hello from /m);
    },
  );

  toolTest(
    { name: `${builder.name} builds a trusted robot's folder with an init`, needs },
    async () => {
      await using folder = await temporaryFolder();
      const tag = await build(builder, folder.path, {
        ...TINY,
        isRecorded: true,
        base: await busyboxBase(),
        extra: [...HELLO, "--start", "trusted", "--init"],
      });
      const image = await builder.read(tag);
      assert.equal(image.config.Entrypoint![0], "/usr/local/bin/rcc-init");
      const { code, stdout, stderr } = await builder.run(tag, {
        readOnly: true,
        tmpfs: ["/tmp:mode=1777", "/home/robot/app/output:mode=1777"],
      });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /hello from /);
    },
  );

  toolTest({ name: `${builder.name} builds a sealed robot's folder`, needs }, async () => {
    await using folder = await temporaryFolder();
    const tag = await build(builder, folder.path, {
      ...TINY,
      isRecorded: true,
      base: await busyboxBase(),
      extra: [...HELLO, "--sealed"],
    });
    const output = join(folder.path, "output");
    await mkdir(output);
    await chmod(output, 0o777);
    const { code, stdout, stderr } = await builder.run(tag, {
      user: "4321:4321",
      readOnly: true,
      tmpfs: ["/tmp:mode=1777"],
      mounts: [{ source: output, target: "/home/robot/app/output" }],
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /hello from /);
  });

  toolTest(
    { name: `${builder.name} builds a shell robot's folder with awkward names`, needs },
    async () => {
      await using folder = await temporaryFolder();
      const robot = join(folder.path, "source");
      await mkdir(robot);
      const task = `a "task" of $HOME \\ #1`;
      const file = "my 'robot' $x.yaml";
      await writeFile(
        join(robot, file),
        `tasks:\n  ${
          JSON.stringify(task)
        }:\n    command: [busybox, sh, -c, 'echo "$AWKWARD"; id -u; pwd']\n` +
          `artifactsDir: "out $put's"\n`,
      );
      const value = `a "b" \\ $c\n# d`;
      const tag = await build(builder, folder.path, {
        robot,
        isRecorded: false,
        base: await busyboxBase(),
        file,
        extra: ["--task", task, "--env", `AWKWARD=${value}`],
        args: { LF: "\n" },
      });
      const image = await builder.read(tag);
      assert.deepEqual(image.config.Entrypoint.slice(-2), ["--task", task]);
      assert.deepEqual(image.config.Cmd ?? [], []);
      assert.ok(image.config.Env.includes(`AWKWARD=${value}`));
      assert.equal(image.tree.get("home/robot/app/out $put's")?.uid, 1000);
      const { code, stdout, stderr } = await builder.run(tag);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, `${value}\n1000\n/home/robot/app\n`);
    },
  );
}

for (const builder of slowBuilders("buildah")) {
  toolTest({
    name: `${builder.name} builds a Python robot's folder, less than 100 MB above the environment`,
    needs: ["apt", "cc", ...builder.needs, "mmdebstrap"],
    on: ["large fixtures"],
  }, async () => {
    await using folder = await temporaryFolder();
    const base = await debianBase();
    const tag = await build(builder, folder.path, {
      robot: largeFixturePath("python", "robot")!,
      zip: largeFixturePath("python", "hololib.zip")!,
      isRecorded: true,
      base,
    });
    const image = await builder.read(tag);
    const { code, stdout, stderr } = await builder.run(tag);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /TASK OK 3\.11\.7 2\.31\.0 /);
    const space = [...image.tree].filter(([path]) => path.includes(`holotree/${SPACE}/`));
    const environment = weigh(new Map(space));
    assert.ok(environment > 50 * MIB);
    const above = weigh(image.tree) - weigh(await mergedTree(base)) - environment;
    assert.ok(above < 100 * MIB, `${above} bytes above base and environment`);
  });
}
