/** `build --plan` says what would be made, and does nothing. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import type { OCIBuildPlan } from "../../src/build/oci_build_plan.ts";
import { busyboxBase } from "../support/bases.ts";
import { serveRegistry } from "../support/faulty_registry.ts";
import { fixturePath, TINY_HASH } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { serveRelease } from "../support/release_server.ts";
import { standinHost } from "../support/standin_resolver.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { type RunResult, toolTest } from "../support/tools.ts";

const ENV = { SOURCE_DATE_EPOCH: "1700000000" };

interface Scene extends AsyncDisposable {
  readonly folder: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  plan(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<OCIBuildPlan>;
}

/** A robot with its library; the base and where the image goes are to be said. */
async function scene(): Promise<Scene> {
  const folder = await temporaryFolder();
  const rcc = join(folder.path, "rcc");
  await writeFile(rcc, standInElf("not rcc\n"), { mode: 0o755 });
  const run: Scene["run"] = (args, env = {}) =>
    runProgram([
      ...["build", "-r", fixturePath("tiny", "robot"), "--task", "Hello"],
      ...["--hololib", fixturePath("tiny", "hololib.zip"), "--rcc-exec", rcc, ...args],
    ], { cache: join(folder.path, "cache"), cwd: folder.path, env: { ...ENV, ...env } });
  return {
    folder: folder.path,
    run,
    async plan(args, env) {
      const { code, stdout, stderr } = await run([...args, "--plan", "--json"], env);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function layerOf({ layers }: OCIBuildPlan, name: string) {
  return layers.find((layer) => layer.name === name)!;
}

toolTest(
  { name: "--plan says what is built then, and writes nothing", needs: ["apt"] },
  async () => {
    await using own = await scene();
    const base = `oci:${await busyboxBase()}`;
    const args = ["--base-image", base, "-t", "acme/bot:1", "--save", "image.tar"];
    const before = await own.plan(args);
    assert.deepEqual(await readdir(own.folder), ["rcc"]);
    const { robotDir, robotYaml, tags, tarballPath, generateOnly, rccBinary } = before;
    assert.deepEqual([robotDir, robotYaml], [
      fixturePath("tiny", "robot"),
      fixturePath("tiny", "robot", "robot.yaml"),
    ]);
    assert.deepEqual([tags, tarballPath, generateOnly], [
      ["docker.io/acme/bot:1"],
      "image.tar",
      false,
    ]);
    assert.equal(rccBinary, join(own.folder, "rcc"));
    assert.equal(before.holotreeSpace, "/home/dev/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534");
    assert.equal(before.environment?.catalog, TINY_HASH);
    assert.deepEqual(before.outputs, [{ kind: "archive", where: "image.tar" }]);
    assert.deepEqual([before.downloads, before.uploads], [[], []]);
    assert.equal(layerOf(before, "environment").isCached, false);

    const built = await own.run([...args, "--metadata-file", "metadata.json"]);
    assert.equal(built.code, 0, built.stderr);
    const metadata = JSON.parse(await readFile(join(own.folder, "metadata.json"), "utf8"));
    const after = await own.plan(args);
    const digests = metadata.layers.map(({ digest }: { digest: string }) => digest);
    for (const name of ["base", "runtime", "environment"]) {
      const { digest, isCached } = layerOf(after, name);
      assert.ok(isCached && digests.includes(digest), name);
    }
    const { digest: _, ...robot } = layerOf(after, "robot");
    assert.equal(robot.isCached, false);
    assert.ok(Math.abs(after.estimatedSize - metadata.totalSize) < metadata.totalSize / 5);
    assert.equal(before.base.digest, metadata.base.digest);
  },
);

toolTest({ name: "--plan is printed for people, too", needs: ["apt"] }, async () => {
  await using own = await scene();
  const args = ["--base-image", `oci:${await busyboxBase()}`, "-t", "acme/bot:1", "--plan"];
  const { code, stdout } = await own.run(args);
  assert.equal(code, 0);
  assert.match(stdout, /^Image {7}docker\.io\/acme\/bot:1$/m);
  assert.match(stdout, /^Starts {6}\/usr\/local\/bin\/rcc run --robot .* --task Hello$/m);
  assert.match(stdout, /^Layers {6}base +[0-9.]+ .B {2}there already$/m);
  assert.match(stdout, /^ {12}environment +about [0-9.]+ kB$/m);
  assert.match(stdout, /^Outputs {5}archive image\.tar$/m);
  assert.doesNotMatch(stdout, /Build complete/);
});

Deno.test("--plan fetches of a base no more than what says how large it is", async () => {
  await using own = await scene();
  await using registry = await serveRegistry();
  const { layer } = registry.addImage("base:1", new Uint8Array(1_000_000));
  const args = ["--base-image", `${registry.host}/base:1`, "-t", "acme/bot:1"];
  const { base, layers, downloads } = await own.plan(args);
  assert.equal(base.isRead, false);
  assert.deepEqual(layers[0], {
    name: "base",
    createdBy: `base ${registry.host}/base:1`,
    size: layer.size,
    digest: layer.digest,
    isCached: false,
  });
  const what = "1 layer of the base";
  assert.deepEqual(downloads, [{ what, where: registry.host, size: layer.size }]);
  assert.ok(!registry.log.some(({ path }) => path.includes(layer.digest)));
  assert.deepEqual(await readdir(own.folder), ["rcc"]);
});

toolTest(
  { name: "--plan asks the registry what it has, and uploads nothing", needs: ["apt"] },
  async () => {
    await using own = await scene();
    await using registry = await serveRegistry();
    const base = `oci:${await busyboxBase()}`;
    const args = ["--base-image", base, "-t", `${registry.host}/bot:1`, "--push"];
    const before = await own.plan(args);
    assert.equal(before.uploads[0]!.what, "6 layers of the image");
    assert.equal(before.uploads[0]!.where, `${registry.host}/bot`);
    assert.equal(registry.uploadedBytes(), 0);
    const built = await own.run(args);
    assert.equal(built.code, 0, built.stderr);
    const received = registry.uploadedBytes();
    const after = await own.plan(args);
    assert.equal(after.uploads[0]!.what, "1 layer of the image", "the robot's is made each time");
    assert.equal(registry.uploadedBytes(), received);
  },
);

toolTest(
  { name: "--plan resolves nothing, and downloads no rcc", needs: ["apt"] },
  async () => {
    await using host = await standinHost();
    await using server = await serveRelease();
    const robot = join(host.folder, "robot");
    await mkdir(robot);
    await writeFile(
      join(robot, "robot.yaml"),
      "tasks:\n  A:\n    shell: where\ncondaConfigFile: conda.yaml\nartifactsDir: output\n",
    );
    await writeFile(join(robot, "conda.yaml"), "dependencies:\n  - tinyenv=1.0\n");
    const { code, stdout, stderr } = await runProgram([
      ...["build", "-r", robot, "--plan", "--json"],
      ...["--base-image", `oci:${await busyboxBase()}`, "--save", join(host.folder, "image.tar")],
    ], {
      cache: join(host.folder, "cache"),
      env: { ...host.env, RCC_OCI_RCC_URL: server.template },
    });
    assert.equal(code, 0, stderr);
    const plan: OCIBuildPlan = JSON.parse(stdout);
    assert.deepEqual(plan.environment, { toResolve: "not built yet" });
    assert.equal(plan.holotreeSpace, null);
    assert.equal(layerOf(plan, "environment").size, undefined);
    assert.equal(plan.rccBinary, server.template.replace("{version}", "18.18.1"));
    assert.equal(plan.downloads[0]!.what, "rcc 18.18.1");
    assert.deepEqual((await host.calls()).map(({ args }) => args), [["version"]]);
    assert.deepEqual((await readdir(host.folder)).sort(), ["bin", "calls", "home", "robot", "tmp"]);
    assert.deepEqual(await readdir(join(host.folder, "home")), []);
  },
);

Deno.test("--plan ends as the build would when something is missing", async () => {
  await using own = await scene();
  const args = ["--base-image", "oci:none", "--save", "none/image.tar", "--plan", "--json"];
  const { code, stdout, stderr } = await own.run(args);
  assert.equal(code, 6);
  const { failures } = JSON.parse(stdout) as { failures: { id: string }[] };
  assert.deepEqual(failures.map(({ id }) => id), ["base/not-found", "output/unwritable"]);
  assert.match(stderr, /^Error: .*"oci:none"/m);
  assert.match(stderr, /^Error: .*none\/image\.tar/m);
});
