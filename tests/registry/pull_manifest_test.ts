import assert from "node:assert/strict";
import { collect } from "../../src/bytes/mod.ts";
import type { Failure } from "../../src/failure/mod.ts";
import { digestOf, encodeJson, MEDIA_TYPES } from "../../src/oci/mod.ts";
import { parseMirror } from "../../src/registry/mod.ts";
import { fault, serveRegistry, status } from "../support/faulty_registry.ts";
import {
  NO_DIGEST,
  type RegistryScene,
  registryScene,
  someBytes,
} from "../support/registry_scene.ts";

const MANIFEST = /\/manifests\//;

/** An index of the image under `bot:all`, as OCI or Docker has it. */
function addIndex(scene: RegistryScene, mediaType: string) {
  const { manifest } = scene.registry.addImage("bot:1", someBytes(1000));
  const described = (os: string, architecture: string, digest = NO_DIGEST) => ({
    mediaType: MEDIA_TYPES.manifest,
    digest,
    size: manifest.bytes.length,
    platform: { os, architecture },
  });
  const bytes = encodeJson({
    schemaVersion: 2,
    mediaType,
    manifests: [
      described("linux", "arm64"),
      described("linux", "amd64", manifest.digest as typeof NO_DIGEST),
      described("unknown", "unknown"),
    ],
  });
  scene.registry.manifests.set("bot:all", { mediaType, bytes });
  return { manifest, bytes };
}

for (const mediaType of [MEDIA_TYPES.index, MEDIA_TYPES.dockerIndex]) {
  Deno.test(`pullImage() takes linux/amd64 out of ${mediaType}`, async () => {
    await using scene = await registryScene();
    const { manifest, bytes } = addIndex(scene, mediaType);
    const image = await scene.client.pullImage(scene.reference("bot:all"));
    assert.deepEqual(image.bytes, manifest.bytes);
    assert.equal(image.manifest.layers[0]!.size, 1000);
    assert.deepEqual(image.index?.bytes, bytes);
    assert.deepEqual(image.index?.descriptor, {
      mediaType,
      digest: digestOf(bytes),
      size: bytes.length,
    });
  });
}

Deno.test("pullImage() accepts indexes and manifests of OCI and Docker", async () => {
  await using scene = await registryScene();
  scene.registry.addImage("bot:1", someBytes(10));
  const { index } = await scene.client.pullImage(scene.reference("bot:1"));
  assert.equal(index, undefined);
  const { accept } = scene.registry.log.at(-1)!.headers;
  for (const type of ["index", "dockerIndex", "manifest", "dockerManifest"] as const) {
    assert.ok(accept?.split(", ").includes(MEDIA_TYPES[type]));
  }
});

Deno.test("pullImage() by digest goes by the bytes, not by what the registry says of them", async () => {
  await using scene = await registryScene({
    faults: [fault("GET", MANIFEST, {
      times: 1,
      answer: ({ response, registry }) => {
        response.writeHead(200, { "docker-content-digest": NO_DIGEST });
        response.end(registry.manifests.get("bot:1")!.bytes);
      },
    })],
  });
  const { manifest } = scene.registry.addImage("bot:1", someBytes(10));
  const image = await scene.client.pullImage(scene.reference(`bot:1@${manifest.digest}`));
  assert.deepEqual(image.bytes, manifest.bytes);
});

Deno.test("pullImage() by digest refuses other bytes", async () => {
  await using scene = await registryScene({
    faults: [fault("GET", MANIFEST, { answer: ({ response }) => void response.end("{}") })],
  });
  await assert.rejects(
    scene.client.pullImage(scene.reference(`bot@${NO_DIGEST}`)),
    (error: Failure) => error.id === "base/manifest" && /were altered/.test(error.message),
  );
});

Deno.test("pullImage() without tag and digest pulls latest", async () => {
  await using scene = await registryScene();
  scene.registry.addImage("bot:latest", someBytes(10));
  await scene.client.pullImage(scene.reference("bot"));
  assert.equal(scene.registry.lines().at(-1), "GET /v2/bot/manifests/latest");
});

Deno.test("pullImage() knows that debian:slim exists nowhere", async () => {
  await using scene = await registryScene();
  await assert.rejects(scene.client.pullImage(scene.reference("library/debian:slim")), {
    message: new RegExp(
      `debian:slim exists on no registry, use ${scene.registry.host}/library/debian:stable-slim$`,
    ),
  });
});

Deno.test("askManifest() says what a tag names, by HEAD", async () => {
  await using scene = await registryScene();
  const { manifest: { digest, bytes, mediaType } } = scene.registry.addImage(
    "bot:1",
    someBytes(10),
  );
  assert.deepEqual(await scene.client.askManifest(scene.reference("bot:1")), {
    mediaType,
    digest,
    size: bytes.length,
  });
  assert.deepEqual(scene.registry.lines(), Array(2).fill("HEAD /v2/bot/manifests/1"));
});

for (
  const [name, answer] of [
    ["no digest", status(200, { "content-type": "x/y", "content-length": "5" })],
    [
      "a digest of another form",
      status(200, {
        "docker-content-digest": "md5:x",
        "content-length": "5",
        "content-type": "x/y",
      }),
    ],
    ["403", status(403)],
    ["404", status(404)],
    ["405", status(405)],
    [
      "a length of 0",
      status(200, {
        "docker-content-digest": NO_DIGEST,
        "content-length": "0",
        "content-type": "x/y",
      }),
    ],
  ] as const
) {
  Deno.test(`askManifest() is undefined after ${name}`, async () => {
    await using scene = await registryScene({ faults: [fault("HEAD", MANIFEST, { answer })] });
    assert.equal(await scene.client.askManifest(scene.reference("bot:1")), undefined);
  });
}

Deno.test("pulls ask the mirror first, with its path, and take the rest from there too", async () => {
  await using mirror = await serveRegistry();
  await using scene = await registryScene({
    mirrors: (host) => [parseMirror(`${host}=${mirror.host}/proxy/hub`)],
  });
  const layer = someBytes(1000);
  mirror.addImage("proxy/hub/bot:1", layer);
  const reference = scene.reference("bot:1");
  const image = await scene.client.pullImage(reference);
  const stream = scene.client.pullBlob(reference, image.manifest.layers[0]!);
  assert.deepEqual(await collect(stream, 1000), layer);
  assert.equal(scene.registry.log.length, 0);
  assert.equal(mirror.lines()[0], "GET /v2/proxy/hub/bot/manifests/1");
});

Deno.test("pulls go to the registry itself when the mirror has it not, or is away", async () => {
  for (const there of [true, false]) {
    await using mirror = await serveRegistry();
    if (!there) await mirror[Symbol.asyncDispose]();
    await using scene = await registryScene({
      mirrors: (host) => [parseMirror(`${host}=${mirror.host}`)],
      http: { tries: 1 },
    });
    scene.registry.addImage("bot:1", someBytes(10));
    await scene.client.pullImage(scene.reference("bot:1"));
    await assert.rejects(scene.client.pullImage(scene.reference("bot:2")), (error: Failure) => {
      assert.equal(error.id, "base/not-found");
      assert.ok(error.message.endsWith(`(nor did the mirror ${mirror.host})`), error.message);
      assert.ok(error.details.some((detail) => detail.startsWith("mirror: failed to pull")));
      return true;
    });
  }
});

Deno.test("store() reads blobs and manifests, verified", async () => {
  await using scene = await registryScene();
  const layer = someBytes(1000);
  const image = scene.registry.addImage("bot:1", layer);
  const { bytes, ...descriptor } = image.manifest;
  const store = scene.client.store(scene.reference("bot:1"));
  let progress = 0;
  const onProgress = (count: number) => progress += count;
  assert.deepEqual(await collect(await store.open(image.layer, { onProgress }), 1000), layer);
  assert.equal(progress, 1000);
  const manifest = await store.open({ ...descriptor, size: bytes.length });
  assert.deepEqual(await collect(manifest, 1000), bytes);
  assert.equal(await store.has(image.layer.digest), true);
  assert.equal(await store.has(NO_DIGEST), false);
  await assert.rejects(
    collect(await store.open({ ...image.layer, size: 999 }), 1000),
    (error: Failure) => error.id === "base/blob",
  );
});
