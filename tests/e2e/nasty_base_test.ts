/** A base with everything that makes a layer upon it go wrong stays as it was, but for our paths. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { nastyBase } from "../support/bases.ts";
import { fixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { differences, type Tree } from "../support/read_tree.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";
import { mergedTree, verifyImage } from "../support/verify_image.ts";

const NEEDS = ["apt", "cc", "skopeo", "umoci", "zstd"] as const;

/** Where the image's own things are in this base: `/home` and `/usr/local` are symlinks. */
const OURS = [
  "opt/local/bin/rcc",
  "opt/local/share",
  "var/home/robot",
  "var/home/dev",
];

/** The times of folders on the way to ours are stated as 1980: each release of a base has others. */
function withoutFolderTimes(tree: Tree): Tree {
  const entries = [...tree].map(([path, node]) =>
    [path, node.type === "directory" ? { ...node, mtime: 0 } : node] as const
  );
  return new Map(entries);
}

async function build(folder: string, base: string) {
  const layout = join(folder, "layout");
  const result = await runProgram([
    ...["build", "-r", fixturePath("tiny", "robot"), "--base-image", `oci:${base}`],
    ...["--hololib", fixturePath("tiny", "hololib.zip"), "--rcc-exec", await standinRcc()],
    ...["-t", "nasty:1", "--oci-layout", layout],
  ], { cache: join(folder, "cache") });
  return { layout, ...result };
}

toolTest({ name: "nothing of the nasty base is damaged", needs: NEEDS }, async () => {
  await using folder = await temporaryFolder();
  const base = await nastyBase();
  const { layout, code, stderr } = await build(folder.path, base);
  assert.equal(code, 0, stderr);
  const { tree } = await verifyImage(layout);
  const changed = differences(withoutFolderTimes(await mergedTree(base)), withoutFolderTimes(tree))
    .map((
      line,
    ) => line.slice(0, line.indexOf(": ")));
  const foreign = changed.filter((path) =>
    !OURS.some((own) => path === own || path.startsWith(`${own}/`) || own.startsWith(`${path}/`))
  );
  assert.deepEqual(foreign, []);
  const parents = changed.filter((path) => OURS.some((own) => own.startsWith(`${path}/`)));
  assert.deepEqual(parents, [], "folders of the base that are on the way to ours");
  assert.ok(changed.includes("opt/local/bin/rcc"));
});

toolTest({ name: "nothing of the nasty base's way to start remains", needs: NEEDS }, async () => {
  await using folder = await temporaryFolder();
  const { layout, code, stderr } = await build(folder.path, await nastyBase());
  assert.equal(code, 0, stderr);
  const { config } = await verifyImage(layout);
  const { Entrypoint, Cmd, Healthcheck, OnBuild, Env, StopSignal, User, Labels, Volumes } =
    config.config;
  assert.deepEqual(Entrypoint, [
    "/usr/local/bin/rcc",
    "run",
    "--robot",
    "/home/robot/app/robot.yaml",
  ]);
  assert.deepEqual(Cmd, []);
  assert.equal(Healthcheck ?? OnBuild, undefined);
  assert.equal(StopSignal, "SIGINT");
  assert.deepEqual(Volumes, { "/data": {} });
  assert.equal(User, "1000:1000");
  assert.ok(Env.includes("BASE_VARIABLE=kept") && Env.includes("HOME=/home/robot"));
  assert.ok(Env.includes("USER=ubuntu"), "the base's own name of uid 1000");
  assert.equal(Labels.maintainer, "nobody");
  assert.equal(Labels["org.opencontainers.image.title"], "robot");
});

toolTest(
  { name: "a volume of the base over the robot is refused", needs: ["apt", "cc"] },
  async () => {
    await using folder = await temporaryFolder();
    const { code, stderr } = await build(folder.path, await nastyBase({ volume: "/home/robot" }));
    assert.equal(code, 6);
    assert.match(stderr, /its volume "\/home\/robot" covers "\/home\/robot\/app" of the image/);
  },
);
