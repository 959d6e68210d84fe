/** `cache` as a user meets it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { buildScene, until } from "../support/build_scene.ts";
import { runProgram } from "../support/program.ts";
import { hasOpen, STAYS } from "../support/stay_in_phase.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

const NEEDS = ["apt"] as const;

toolTest(
  { name: "cache info, prune and clear of what a build has left", needs: NEEDS },
  async () => {
    await using scene = await buildScene();
    const cache = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await runProgram(["cache", ...args], { cache: scene.cache });
      assert.deepEqual([code, stderr], [0, ""]);
      return stdout;
    };
    const built = await runProgram([...scene.args, "--save", scene.archive], {
      cache: scene.cache,
    });
    assert.equal(built.code, 0, built.stderr);
    const { path, files, size, kinds } = JSON.parse(await cache("info", "--json"));
    assert.equal(path, scene.cache);
    assert.ok(kinds.layers.files >= 2, JSON.stringify(kinds));
    assert.ok(files > kinds.layers.files && size > kinds.layers.size);
    assert.match(await cache("prune"), /^Removed 0 files, 0 B; /);
    const planned = await cache("prune", "--max-size", "0kB", "--dry-run");
    assert.match(planned, new RegExp(`^Would remove ${files} files, .*; 0 B would stay\n$`));
    assert.match(await cache("info"), new RegExp(` in ${files} files, the oldest of use today\n`));
    assert.match(await cache("clear"), new RegExp(`^Removed ${files} files, .*; 0 B stay\n$`));
    assert.match(await cache("info"), /^Size +0 B: it is empty$/m);
    const again = await runProgram([...scene.args, "--save", scene.archive], {
      cache: scene.cache,
    });
    assert.equal(again.code, 0, again.stderr);
  },
);

toolTest({ name: "cache clear waits for a build that is under way", needs: NEEDS }, async () => {
  await using scene = await buildScene();
  const { args, arrived, dispose } = await STAYS.adding!(scene);
  const build = scene.start(args);
  await until(arrived);
  const before = JSON.parse((await runProgram(["cache", "info", "--json"], scene)).stdout);
  const clear = scene.start(["cache", "clear"]);
  await until(() => hasOpen(clear.child.pid, join(scene.cache, ".lock")));
  const during = JSON.parse((await runProgram(["cache", "info", "--json"], scene)).stdout);
  assert.deepEqual(during, before);
  build.child.kill("SIGINT");
  await build.ended;
  const { code, stdout } = await clear.ended;
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^Removed ${before.files} files,`));
  await dispose?.();
});

Deno.test("cache without a command says that one is missing", async () => {
  await using folder = await temporaryFolder();
  const { code, stderr } = await runProgram(["cache"], { cache: folder.path });
  assert.equal(code, 2);
  assert.equal(
    stderr,
    "Error: a command is missing, see --help for those there are\n",
  );
});
