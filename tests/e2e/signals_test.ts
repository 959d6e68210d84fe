/** Who stops a build gets its exit code, and nothing of the build remains: in every phase. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { buildScene, temporaryFiles } from "../support/build_scene.ts";
import { SIGNAL_CODES, signalInPhase, STAYS, stopInPhase } from "../support/stay_in_phase.ts";
import { run, toolTest } from "../support/tools.ts";

const NEEDS = ["apt"] as const;

for (const [phase, stayIn] of Object.entries(STAYS)) {
  for (const [signal, code] of Object.entries(SIGNAL_CODES)) {
    // All three in one phase, and one in each: scripts/soak.ts sends all in all.
    if (phase !== "layering" && signal !== "SIGINT") continue;
    toolTest(
      { name: `${signal} while ${phase} ends a build with ${code}`, needs: NEEDS },
      async () => {
        await using scene = await buildScene();
        const stay = await stayIn(scene);
        const before = await listAll(scene.folder);
        const { code: found, stdout, errors } = await signalInPhase(scene, stay, signal);
        assert.deepEqual([found, errors], [code, [`Error: interrupted by ${signal}`]]);
        assert.doesNotMatch(stdout, /Build complete/);
        assert.deepEqual(await temporaryFiles(scene.folder), []);
        await stay.dispose?.();
        if (phase !== "adding") assert.deepEqual(await listAll(scene.folder), before);
      },
    );
  }
}

toolTest({ name: "a second signal ends a build at once", needs: NEEDS }, async () => {
  await using scene = await buildScene();
  const stay = await STAYS.beginning!(scene);
  const { child, ended } = await stopInPhase(scene, stay);
  child.kill("SIGINT");
  child.kill("SIGTERM");
  child.kill("SIGCONT");
  const { code, errors } = await ended;
  // Both are there before the first is looked at: the order is the system's.
  assert.ok(code === 143 || code === 130, `${code}`);
  assert.deepEqual(errors, []);
  await stay.dispose?.();
});

toolTest({ name: "a signal ends a build that waits for a password", needs: NEEDS }, async () => {
  await using scene = await buildScene();
  const { child, ended } = scene.start(
    [...scene.args, "--username", "me", "--password-stdin", "--push", "-t", "127.0.0.1:1/a:1"],
    { stdin: "piped" },
  );
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array(1024 * 1024)); // More than a pipe holds: somebody reads it.
  child.kill("SIGINT");
  const { code, errors } = await ended;
  assert.deepEqual([code, errors], [130, ["Error: interrupted by SIGINT"]]);
  await writer.close();
});

toolTest(
  { name: "who reads no further (| head) makes no error", needs: ["apt", "bash"] },
  async () => {
    await using scene = await buildScene();
    const main = new URL("../../src/main.ts", import.meta.url).pathname;
    const { stdout, stderr } = await run("bash", [
      "-c",
      'set -o pipefail; "$@" | head -n 1; echo "$?"',
      "bash",
      ...[Deno.execPath(), "run", "--no-check", "-A", main, ...scene.args, "--save", scene.archive],
    ], { env: { RCC_OCI_CACHE: scene.cache } });
    assert.equal(stdout, "Validating robot... OK\n0\n");
    assert.equal(stderr.replace(/^Warning: .*\n/gm, ""), "");
    assert.ok((await Deno.stat(scene.archive)).size > 0);
  },
);

/** Everything in a folder but the cache. */
async function listAll(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => !/^cache(\/|$)/.test(name)).sort();
}
