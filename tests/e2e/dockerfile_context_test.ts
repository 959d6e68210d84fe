/** What builders make of a context is what `build` makes. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase, debianBase, nastyBase } from "../support/bases.ts";
import { type Builder, BUILDERS, type BuiltImage, slowBuilders } from "../support/builders.ts";
import { fixturePath, largeFixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { differences, type Tree } from "../support/read_tree.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";
import { withoutLayerLabels } from "../support/layer_labels.ts";
import { verifyImage } from "../support/verify_image.ts";

interface Scene {
  readonly robot: string;
  readonly hololib: string;
  readonly base: string;
  readonly extra?: readonly string[];
  /** Fifos and devices of a base of several layers, which are not in a context. */
  readonly leftOut?: readonly string[];
}

const NEEDS = ["apt", "cc", "skopeo", "umoci", "zstd"] as const;

/** The image by `build`, and the context of the same. */
async function makeBoth(folder: string, { robot, hololib, base, extra = [] }: Scene) {
  const layout = join(folder, "layout");
  const context = join(folder, "context");
  const common = [
    ...["-r", robot, "--hololib", hololib, "--base-image", `oci:${base}`],
    ...["--rcc-exec", await standinRcc(), ...extra],
  ];
  const options = { cache: join(folder, "cache"), env: { SOURCE_DATE_EPOCH: "1700000000" } };
  const build = await runProgram(["build", ...common, "--oci-layout", layout], options);
  assert.equal(build.code, 0, build.stderr);
  const written = await runProgram(["dockerfile", ...common, "--context", context], options);
  assert.equal(written.code, 0, written.stderr);
  return { layout, context };
}

/** What is compared of how containers start; what a builder leaves out is what is empty. */
function startOf(config: BuiltImage["config"]) {
  const { User, Env, Entrypoint, Cmd, WorkingDir, Labels, ExposedPorts, Volumes, StopSignal } =
    config;
  return {
    ...{ User, Entrypoint, WorkingDir, StopSignal },
    Env: [...Env].sort(),
    Cmd: Cmd ?? [],
    Labels: withoutBuilder(Labels),
    ExposedPorts: ExposedPorts ?? {},
    Volumes: Volumes ?? {},
  };
}

/** buildah signs what it builds, and layers that a builder packs anew are none to take. */
function withoutBuilder(labels: Record<string, string>): Record<string, string> {
  const { "io.buildah.version": _, ...others } = labels;
  return withoutLayerLabels(others);
}

/** The tree without what no layer states: engines make folders for a container that they build in. */
function statedIn(tree: Tree, stated: Tree): Tree {
  return new Map([...tree].filter(([path]) => stated.has(path)));
}

async function compare(builder: Builder, folder: string, scene: Scene): Promise<void> {
  const { layout, context } = await makeBoth(folder, scene);
  const tag = `e2e/context-${builder.name}:${crypto.randomUUID()}`;
  const { code, stdout, stderr } = await builder.build(context, {
    tag,
    args: { LF: "\n" },
  });
  assert.equal(code, 0, stdout + stderr);
  const expected = await verifyImage(layout);
  const found = await builder.read(tag);
  assert.deepEqual(startOf(found.config), startOf(expected.config.config));
  assert.ok(expected.tree.size > 100);
  const stated = new Map([...expected.tree].filter(([path]) => !scene.leftOut?.includes(path)));
  assert.deepEqual(differences(stated, statedIn(found.tree, stated)), []);
}

for (const builder of BUILDERS) {
  const needs = [...NEEDS, ...builder.needs];

  toolTest(
    { name: `${builder.name} makes of a tiny context what build makes`, needs },
    async () => {
      await using folder = await temporaryFolder();
      await compare(builder, folder.path, { ...TINY, base: await busyboxBase() });
    },
  );

  toolTest(
    { name: `${builder.name} makes of a context with a nasty base what build makes`, needs },
    async () => {
      await using folder = await temporaryFolder();
      await compare(builder, folder.path, {
        ...TINY,
        base: await nastyBase(),
        leftOut: ["dev/pipe"],
      });
    },
  );

  toolTest(
    { name: `${builder.name} takes awkward values of a context for what they are`, needs },
    async () => {
      await using folder = await temporaryFolder();
      const extra = AWKWARD.flatMap((value, i) => [
        ...["--env", `VALUE_${i}=${value}`],
        ...["--label", `label-${i}=${value}`],
      ]);
      const base = await busyboxBase();
      await compare(builder, folder.path, {
        ...TINY,
        base,
        extra: [...extra, "--label", `"$od\\d#'key=1`],
      });
    },
  );
}

for (const builder of slowBuilders("docker")) {
  toolTest({
    name: `${builder.name} makes of a Python context what build makes`,
    needs: [...NEEDS, ...builder.needs, "mmdebstrap"],
    on: ["large fixtures"],
  }, async () => {
    await using folder = await temporaryFolder();
    await compare(builder, folder.path, {
      robot: largeFixturePath("python", "robot")!,
      hololib: largeFixturePath("python", "hololib.zip")!,
      base: await debianBase(),
    });
  });
}

const TINY = { robot: fixturePath("tiny", "robot"), hololib: fixturePath("tiny", "hololib.zip") };

/** Values that a careless Dockerfile would take for something else. */
const AWKWARD = [
  "",
  " ",
  `"`,
  `'`,
  "\\",
  "\\\\",
  "\\n",
  "$HOME",
  "${HOME:-x}",
  "\\$HOME",
  "# no comment",
  "a\nUSER 0:0\nRUN rm -rf /",
  "ends in a backslash \\",
  "\n",
  "<<EOF",
  "[1, 2]",
  "a=b c=d",
  "tab\tand ümläut 世界",
  "`backtick`",
  "%s !x & | ; > <",
];

toolTest({ name: "a context's layers are gzip, whatever is asked for", needs: NEEDS }, async () => {
  await using folder = await temporaryFolder();
  const base = await busyboxBase();
  const common = ["-r", TINY.robot, "--hololib", TINY.hololib, "--base-image", `oci:${base}`];
  const context = join(folder.path, "context");
  const { code, stderr } = await runProgram(
    [
      ...["dockerfile", ...common, "--rcc-exec", await standinRcc(), "--context", context],
      ...["--compression", "zstd"],
    ],
    { cache: join(folder.path, "cache") },
  );
  assert.equal(code, 0, stderr);
  const names = (await readdir(context)).sort();
  assert.deepEqual(names, [
    "Dockerfile",
    "base.tar.gz",
    "environment-001.tar.gz",
    "environment-002.tar.gz",
    "environment-003.tar.gz",
    "robot.tar.gz",
    "runtime.tar.gz",
  ]);
  for (const name of names.slice(1)) {
    assert.deepEqual([...(await readFile(join(context, name))).subarray(0, 2)], [0x1f, 0x8b]);
  }
});

for (const builder of BUILDERS) {
  toolTest({
    name: `${builder.name} does not build values with a line feed without one`,
    needs: [...NEEDS, ...builder.needs],
  }, async () => {
    await using folder = await temporaryFolder();
    const base = await busyboxBase();
    const { context } = await makeBoth(folder.path, { ...TINY, base, extra: ["--env", "A=b\nc"] });
    const { code, stdout, stderr } = await builder.build(context, { tag: "e2e/no-line-feed:1" });
    assert.notEqual(code, 0, stdout + stderr);
  });
}
