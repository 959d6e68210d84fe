/** A push that is killed goes on in the next build. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BASE_TAG, layerOf } from "../support/bases.ts";
import { type BuiltRobot, builtRobot } from "../support/built_robot.ts";
import { busyboxEntries } from "../support/busybox_base.ts";
import { requireWholeCache } from "../support/cache_state.ts";
import { countingRelay } from "../support/counting_relay.ts";
import { startDockerRegistry } from "../support/docker_registry.ts";
import { serveRegistry } from "../support/faulty_registry.ts";
import { uploadFiles } from "../support/registry_scene.ts";
import { run, toolTest } from "../support/tools.ts";
import { writeLayout } from "../support/write_layout.ts";

const MIB = 1024 * 1024;
const CRASHES = 10;

/** A base of two layers that cannot be packed; the robot's own layer is such a one too. */
async function largeImage({ folder, robot }: BuiltRobot): Promise<string> {
  const base = join(folder, "base");
  const system = await busyboxEntries();
  await writeLayout(base, {
    layers: [30, 40].map((size, i) => ({
      ...layerOf([
        ...system,
        { path: `var/large-${i}`, content: randomBytes(size * MIB) },
      ]),
      codec: "none",
    })),
  });
  await writeFile(join(robot, "large"), randomBytes(6 * MIB));
  return `oci:${base}:${BASE_TAG}`;
}

toolTest({
  name: "a build killed at ten moments of its push goes on each time, and sends no byte twice",
  needs: ["apt", "cc"],
}, async () => {
  await using robot = await builtRobot();
  const base = await largeImage(robot);
  let running: Deno.ChildProcess | undefined;
  let crashes = 0;
  let moment = 0;
  await using registry = await serveRegistry({
    onReceived(received) {
      if (received < moment || crashes === CRASHES) return;
      running?.kill("SIGKILL");
      running = undefined;
    },
  });
  const args = ["--base-image", base, "--push", "-t", `${registry.host}/bot:1`];
  for (;;) {
    moment = registry.uploadedBytes() + crashes * 100_000;
    const build = running = robot.start(args);
    const { success, signal } = await build.status;
    if (success) break;
    assert.equal(signal, "SIGKILL");
    crashes++;
  }
  assert.equal(crashes, CRASHES);
  const { bytes } = registry.manifests.get("bot:1")!;
  const { config, layers } = JSON.parse(new TextDecoder().decode(bytes));
  let total = 0;
  for (const { digest, size } of [config, ...layers]) {
    assert.equal(registry.blobs.get(digest)?.length, size);
    total += size;
  }
  assert.equal(registry.uploadedBytes(), total);
  assert.deepEqual(await uploadFiles(robot.cache), []);
  await requireWholeCache(robot.cache);
});

toolTest({
  name:
    "docker-registry: a build killed at ten moments completes, and sends no finished blob again",
  needs: ["apt", "cc", "docker-registry", "skopeo"],
}, async () => {
  await using robot = await builtRobot();
  const base = await largeImage(robot);
  await using registry = await startDockerRegistry();
  let running: Deno.ChildProcess | undefined;
  let crashes = 0;
  let moment = 0;
  let sent = 0;
  await using relay = await countingRelay(registry.port, (total) => {
    sent = total;
    if (sent < moment || crashes === CRASHES) return;
    running?.kill("SIGKILL");
    running = undefined;
  });
  const name = `${relay.host}/bot:1`;
  for (;;) {
    moment = sent + (crashes + 1) * 3 * MIB;
    const build = running = robot.start(["--base-image", base, "--push", "-t", name]);
    const { success, signal } = await build.status;
    if (success) break;
    assert.equal(signal, "SIGKILL");
    crashes++;
  }
  assert.equal(crashes, CRASHES);
  const { stdout } = await run("skopeo", [
    ...["inspect", "--raw", "--tls-verify=false", `docker://${name}`],
  ]);
  const { layers } = JSON.parse(stdout);
  const finished = (await registry.lines())
    .filter((line) => line === "PUT /v2/bot/blobs/uploads/<…> 201");
  assert.equal(finished.length, layers.length + 1);
  assert.deepEqual(await uploadFiles(robot.cache), []);
  await requireWholeCache(robot.cache);
  const layout = join(robot.folder, "pulled");
  await run("skopeo", [
    "copy",
    "--quiet",
    "--src-tls-verify=false",
    `docker://${name}`,
    `oci:${layout}:1`,
  ]);
});
