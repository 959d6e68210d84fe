import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { fault, serveRegistry, status } from "../support/faulty_registry.ts";
import { crashImage } from "../support/crash_image.ts";
import { uploadFiles } from "../support/registry_scene.ts";

const CRASHES = 10;

/** Runs the program that pushes; it is ended when so many bytes have come to the registry. */
function startPush(host: string, cacheDirectory: string): Deno.ChildProcess {
  const program = new URL("../support/push_once.ts", import.meta.url);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", fileURLToPath(program), host, cacheDirectory],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}

Deno.test("a push killed at ten moments goes on each time, and sends no byte twice", async () => {
  const image = crashImage();
  const total = [image.config, ...image.layers].reduce((sum, { size }) => sum + size, 0);
  const cacheDirectory = await Deno.makeTempDir();
  let crashes = 0;
  /** Of bytes received: there the program is killed. What is on its way then still arrives. */
  let moment = 0;
  let running: Deno.ChildProcess | undefined;
  await using registry = await serveRegistry({
    onReceived(received) {
      if (received < moment || crashes === CRASHES) return;
      running?.kill("SIGKILL");
      running = undefined;
    },
  });
  for (;;) {
    moment = registry.uploadedBytes() + crashes * 100_000;
    const push = running = startPush(registry.host, cacheDirectory);
    if ((await push.status).success) break;
    crashes++;
  }
  assert.equal(crashes, CRASHES);
  assert.deepEqual(registry.manifests.get("bot:1")?.bytes, image.manifest.bytes);
  for (const { digest, size } of image.layers) {
    assert.equal(registry.blobs.get(digest)?.length, size);
  }
  assert.equal(registry.uploadedBytes(), total);
  assert.deepEqual(await uploadFiles(cacheDirectory), []);
  await Deno.remove(cacheDirectory, { recursive: true });
});

Deno.test("a push killed in the middle begins anew where the registry forgets uploads", async () => {
  const image = crashImage();
  let running: Deno.ChildProcess | undefined;
  await using registry = await serveRegistry({
    onReceived: (received) => void (received > 5e6 && running?.kill("SIGKILL")),
    faults: [fault("GET", /\/uploads\/./, { answer: status(404) })],
  });
  const cacheDirectory = await Deno.makeTempDir();
  running = startPush(registry.host, cacheDirectory);
  assert.equal((await running.status).success, false);
  running = undefined;
  const finished = new Set(registry.blobs.keys());
  const sessions = registry.uploads.size;
  assert.ok(sessions > 0);
  assert.equal((await startPush(registry.host, cacheDirectory).status).success, true);
  assert.deepEqual(registry.manifests.get("bot:1")?.bytes, image.manifest.bytes);
  // What was finished is asked for, and not sent again.
  const begun = registry.log.filter(({ method }) => method === "POST").length;
  assert.equal(begun, image.layers.length + 1 + sessions);
  assert.ok(finished.size <= registry.blobs.size);
  await Deno.remove(cacheDirectory, { recursive: true });
});
