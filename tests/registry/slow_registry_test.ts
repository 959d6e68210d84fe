import assert from "node:assert/strict";
import { createHttpClient } from "../../src/http/mod.ts";
import { parseReference } from "../../src/oci/mod.ts";
import { createRegistryClient } from "../../src/registry/mod.ts";
import { serveRegistry, status } from "../support/faulty_registry.ts";
import { QueuedClock } from "../support/queued_clock.ts";
import { imageOf, someBytes } from "../support/registry_scene.ts";

const BLOBS = Array.from({ length: 60 }, (_, n) => someBytes(1000 + n));

Deno.test("a push ends where a registry takes three requests a second", async () => {
  const clock = new QueuedClock();
  let free = 0;
  let refused = 0;
  await using registry = await serveRegistry({
    // As a proxy that spaces requests evenly, and refuses what comes too early.
    faults: [(exchange) => {
      if (clock.time >= free) {
        free = clock.time + 1000 / 3;
        return false;
      }
      refused++;
      status(429)(exchange);
      return true;
    }],
  });
  using http = createHttpClient({ clock });
  const image = imageOf(BLOBS);
  await createRegistryClient({ http }).pushImage(image, [parseReference(`${registry.host}/bot:1`)]);
  assert.equal(registry.blobs.size, BLOBS.length);
  assert.ok(registry.manifests.has("bot:1"));
  assert.ok(refused < 30, `${refused} requests were refused`);
});
