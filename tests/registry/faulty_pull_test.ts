import assert from "node:assert/strict";
import { collect } from "../../src/bytes/mod.ts";
import type { Failure } from "../../src/failure/mod.ts";
import { fault } from "../support/faulty_registry.ts";
import { serveHttp } from "../support/loopback.ts";
import { NO_DIGEST, registryScene } from "../support/registry_scene.ts";
import { BLOB, breakAfter, endless, LAYER, meetPullFault, PULL_FAULTS } from "./pull_faults.ts";

for (const row of PULL_FAULTS) {
  const ends = row.fails === undefined ? "ends well" : "fails with its cure";
  Deno.test(`a pull ${ends} after ${row.name}`, () => meetPullFault(row));
}

Deno.test("a pull after a break asks for the rest alone", async () => {
  await using scene = await registryScene({
    faults: [fault("GET", BLOB, { times: 1, answer: breakAfter(100_000) })],
  });
  const { layer } = scene.registry.addImage("bot:1", LAYER);
  const stream = scene.client.pullBlob(scene.reference("bot:1"), layer);
  assert.deepEqual(await collect(stream, LAYER.length), LAYER);
  assert.equal(scene.registry.log.at(-1)!.headers.range, "bytes=100000-");
});

Deno.test("a pull takes no credentials to the host that a blob is redirected to", async () => {
  const authorizations: (string | undefined)[] = [];
  await using storage = await serveHttp((request, response) => {
    authorizations.push(request.headers.authorization);
    response.end(LAYER);
  });
  await using scene = await registryScene({
    faults: [fault("GET", BLOB, {
      answer: ({ response }) => response.writeHead(307, { location: storage.url.href }).end(),
    })],
  });
  const { layer } = scene.registry.addImage("bot:1", LAYER);
  await scene.client.pullImage(scene.reference("bot:1"));
  const stream = scene.client.pullBlob(scene.reference("bot:1"), layer);
  assert.deepEqual(await collect(stream, LAYER.length), LAYER);
  assert.deepEqual(authorizations, [undefined]);
  assert.ok(scene.registry.log.at(-1)!.headers.authorization?.startsWith("Basic "));
});

Deno.test("a pull of an empty blob is verified too", async () => {
  await using scene = await registryScene();
  const { layer } = scene.registry.addImage("bot:1", new Uint8Array());
  const empty = scene.client.pullBlob(scene.reference("bot:1"), layer);
  assert.equal((await collect(empty, 10)).length, 0);
  await assert.rejects(
    collect(scene.client.pullBlob(scene.reference("bot:1"), { ...layer, digest: NO_DIGEST }), 10),
    (error: Failure) => error.id === "base/not-found",
  );
});

Deno.test("a pull stops with the signal, and when its reader has enough", async () => {
  await using scene = await registryScene({
    faults: [fault("GET", BLOB, { times: 1, answer: endless(new Uint8Array(1000)) })],
  });
  const { layer } = scene.registry.addImage("bot:1", LAYER);
  const reason = new Error("stop");
  const stop = new AbortController();
  const reader = scene.client.pullBlob(scene.reference("bot:1"), { ...layer, size: 1e12 }, {
    signal: stop.signal,
  }).getReader();
  await reader.read();
  stop.abort(reason);
  await assert.rejects(async () => {
    for (;;) await reader.read();
  }, reason);
  await scene.client.pullBlob(scene.reference("bot:1"), layer).cancel();
});
