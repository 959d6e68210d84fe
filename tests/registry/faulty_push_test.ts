import assert from "node:assert/strict";
import { Failure } from "../../src/failure/mod.ts";
import { digestOf, encodeJson, MEDIA_TYPES } from "../../src/oci/mod.ts";
import { bodyOf } from "../support/loopback.ts";
import {
  breakUploadAfter,
  fault,
  serveRegistry,
  status,
  UploadedBytes,
} from "../support/faulty_registry.ts";
import {
  NO_DIGEST,
  opening,
  registryScene,
  someBytes,
  uploadFiles,
} from "../support/registry_scene.ts";
import {
  ASK,
  BEGIN,
  DESCRIPTOR,
  givingUp,
  LAYER,
  meetPushFault,
  MIB,
  push,
  PUSH_FAULTS,
  PUT,
  SESSIONS,
  UPLOAD,
  uploadLines,
} from "./push_faults.ts";

for (const row of PUSH_FAULTS) {
  const ends = row.fails === undefined ? "ends well" : "fails with its cure";
  Deno.test(`a push ${ends} after ${row.name}`, () => meetPushFault(row));
}

Deno.test("a push to a Location on another host takes no credentials there", async () => {
  await using storage = await serveRegistry({
    faults: [fault("PUT", UPLOAD, { times: 1, answer: breakUploadAfter(5 * MIB) })],
  });
  await using scene = await registryScene({
    location: (path) => {
      storage.uploads.set(path.split("/").at(-1)!, new UploadedBytes());
      return `${storage.url.origin}${path}?signature=x`;
    },
  });
  assert.equal(await push(scene), "uploaded");
  assert.deepEqual(storage.blobs.get(DESCRIPTOR.digest), LAYER);
  assert.deepEqual(storage.lines(), [PUT, ASK, PUT]);
  assert.equal(storage.uploadedBytes(), LAYER.length);
  for (const { headers } of storage.log) assert.equal(headers.authorization, undefined);
  assert.ok(scene.registry.log.at(-1)!.headers.authorization?.startsWith("Basic "));
});

Deno.test("a push that was stopped goes on in the next run, without what had arrived", async () => {
  const reason = new Error("stop");
  const stop = new AbortController();
  await using scene = await registryScene({
    faults: [fault("PUT", UPLOAD, {
      times: 1,
      answer: async ({ request, logged, registry }) => {
        const upload = registry.uploads.get(logged.path.split("/").at(-1)!)!;
        try {
          for await (const chunk of request as AsyncIterable<Uint8Array>) {
            logged.received += chunk.length;
            upload.add(chunk);
            if (upload.size > 4 * MIB) stop.abort(reason);
          }
        } catch {
          // Cut, as it should be.
        }
      },
    })],
  });
  const reference = scene.reference("bot:1");
  const blob = {
    descriptor: DESCRIPTOR,
    open: opening(LAYER),
    purpose: { action: "push" as const, subject: "bot" },
  };
  await assert.rejects(scene.client.pushBlob(reference, { ...blob, signal: stop.signal }), reason);
  const [state, ...more] = await uploadFiles(scene.cacheDirectory);
  assert.deepEqual(more, []);
  if (Deno.build.os !== "windows") {
    const { mode } = await Deno.stat(`${scene.cacheDirectory}/uploads/${state}`);
    assert.equal(mode! & 0o777, 0o600);
  }
  const arrived = [...scene.registry.uploads.values()][0]!.size;
  assert.ok(arrived > 4 * MIB && arrived < 12 * MIB);
  assert.equal(await push(scene, undefined, scene.nextRun()), "uploaded");
  assert.equal(scene.registry.uploadedBytes(), 12 * MIB);
  assert.deepEqual(scene.registry.blobs.get(DESCRIPTOR.digest), LAYER);
  assert.deepEqual(await uploadFiles(scene.cacheDirectory), []);
});

Deno.test("a push forgets an upload when the next run finds its blob there", async () => {
  await using scene = await registryScene({
    faults: givingUp(),
  });
  await assert.rejects(push(scene), Failure);
  assert.equal((await uploadFiles(scene.cacheDirectory)).length, 1);
  scene.registry.addBlob(LAYER);
  assert.equal(await push(scene, undefined, scene.nextRun()), "exists");
  assert.deepEqual(await uploadFiles(scene.cacheDirectory), []);
});

Deno.test("a push begins anew when what the next run finds there was another's", async () => {
  await using scene = await registryScene({
    faults: givingUp(),
  });
  await assert.rejects(push(scene), Failure);
  // Somebody else's bytes are in every session there is.
  for (const upload of scene.registry.uploads.values()) upload.add(someBytes(MIB).reverse());
  assert.equal(await push(scene, undefined, scene.nextRun()), "uploaded");
  assert.deepEqual(scene.registry.blobs.get(DESCRIPTOR.digest), LAYER);
});

Deno.test("a push with a state file that cannot be read begins anew", async () => {
  await using scene = await registryScene({
    faults: givingUp(),
  });
  await assert.rejects(push(scene), Failure);
  for (const name of await uploadFiles(scene.cacheDirectory)) {
    await Deno.writeTextFile(`${scene.cacheDirectory}/uploads/${name}`, "{");
  }
  assert.equal(await push(scene, undefined, scene.nextRun()), "uploaded");
});

Deno.test("a push sends a damaged blob's last byte nowhere", async () => {
  await using scene = await registryScene();
  const fault = new Error("damaged");
  const damaged = async () =>
    (await opening(LAYER)()).pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        flush() {
          throw fault;
        },
      }),
    );
  await assert.rejects(
    scene.client.pushBlob(scene.reference("bot:1"), {
      descriptor: DESCRIPTOR,
      open: damaged,
      purpose: { action: "push", subject: "bot" },
    }),
    fault,
  );
  assert.equal(scene.registry.blobs.size, 0);
});

Deno.test("a push sends nothing that is there, or can be mounted", async () => {
  await using scene = await registryScene();
  const { registry, client } = scene;
  const open = () => Promise.reject(new Error("not to be opened"));
  const purpose = { action: "push" as const, subject: "bot" };
  registry.addBlob(LAYER);
  const there = { descriptor: DESCRIPTOR, open, purpose };
  assert.equal(await client.pushBlob(scene.reference("bot:1"), there), "exists");
  await using mounting = await registryScene({
    faults: [fault("HEAD", /\/v2\/bot\/blobs\//, { answer: status(404) })],
  });
  mounting.registry.addBlob(LAYER);
  const mountFrom = [mounting.reference("base"), { registry: "ghcr.io", repository: "base" }];
  const result = await mounting.client.pushBlob(mounting.reference("bot:1"), {
    ...there,
    mountFrom,
  });
  assert.equal(result, "mounted");
  assert.equal(mounting.registry.log.at(-1)!.query.get("from"), "base");
});

Deno.test("a push uses the upload that a registry begins instead of mounting", async () => {
  await using scene = await registryScene();
  await scene.client.pushBlob(scene.reference("bot:1"), {
    descriptor: DESCRIPTOR,
    open: opening(LAYER),
    mountFrom: [scene.reference("base")],
    purpose: { action: "push", subject: "bot" },
  });
  assert.deepEqual(uploadLines(scene.registry), [BEGIN, PUT]);
});

for (const code of [400, 403, 404, 405]) {
  Deno.test(`a push sends what a registry refuses to mount with ${code}`, async () => {
    await using scene = await registryScene({
      faults: [
        async ({ logged, response }) => {
          if (!logged.query.has("mount")) return await Promise.resolve(false);
          response.writeHead(code).end();
          return true;
        },
      ],
    });
    await scene.client.pushBlob(scene.reference("bot:1"), {
      descriptor: DESCRIPTOR,
      open: opening(LAYER),
      mountFrom: [scene.reference("base")],
      purpose: { action: "push", subject: "bot" },
    });
    assert.deepEqual(uploadLines(scene.registry), [BEGIN, BEGIN, PUT]);
  });
}

Deno.test("two runs that push the same blob send it once", async () => {
  await using scene = await registryScene();
  const results = await Promise.all([push(scene), push(scene, undefined, scene.nextRun())]);
  assert.deepEqual(results.toSorted(), ["exists", "uploaded"]);
  assert.equal(scene.registry.uploadedBytes(), 12 * MIB);
});

Deno.test("a push tells how many bytes have been sent, and takes some back after a fresh start", async () => {
  await using scene = await registryScene({
    faults: [
      fault("PUT", UPLOAD, { times: 1, answer: breakUploadAfter(5 * MIB) }),
      fault("GET", UPLOAD, { times: 1, answer: status(404) }),
    ],
  });
  const told: number[] = [];
  await scene.client.pushBlob(scene.reference("bot:1"), {
    descriptor: DESCRIPTOR,
    open: opening(LAYER),
    purpose: { action: "push", subject: "bot" },
    onSent: (bytes) => told.push(bytes),
  });
  const restart = told.indexOf(0);
  assert.ok(restart > 0 && told[restart - 1]! >= 5 * MIB);
  assert.equal(told.at(-1), LAYER.length);
});

Deno.test("pushImage() sends each blob once, the manifest last, and every tag", async () => {
  await using scene = await registryScene();
  const layer = { mediaType: MEDIA_TYPES.layer, ...DESCRIPTOR };
  const small = new TextEncoder().encode("{}");
  const config = { mediaType: MEDIA_TYPES.config, digest: digestOf(small), size: small.length };
  const mediaType = MEDIA_TYPES.manifest;
  const bytes = encodeJson({ schemaVersion: 2, mediaType, config, layers: [layer, layer] });
  const results: string[] = [];
  const image = {
    manifest: { mediaType, bytes },
    config,
    layers: [layer, layer],
    blobs: {
      open: ({ digest }: { digest: string }) => opening(digest === layer.digest ? LAYER : small)(),
    },
  };
  const references = ["bot:1", "bot", "copy:1"].map((name) => scene.reference(name));
  const pushed = await scene.client.pushImage(image, references, {
    onProgress: ({ repository, descriptor, result }) => {
      if (result === undefined) return;
      results.push(`${repository.repository} ${descriptor.size} ${result}`);
    },
  });
  assert.deepEqual(
    pushed.map(({ reference, digest }) => [reference.repository, reference.tag, digest]),
    [["bot", "1", digestOf(bytes)], ["bot", "latest", digestOf(bytes)], [
      "copy",
      "1",
      digestOf(bytes),
    ]],
  );
  assert.deepEqual(results.toSorted(), [
    "bot 12582912 uploaded",
    "bot 2 uploaded",
    // This registry keeps blobs for all its repositories.
    "copy 12582912 exists",
    "copy 2 exists",
  ]);
  assert.equal(scene.registry.uploadedBytes(), LAYER.length + 2);
  assert.deepEqual(
    scene.registry.lines().filter((line) => line.includes("/manifests/")),
    ["PUT /v2/bot/manifests/1", "PUT /v2/bot/manifests/latest", "PUT /v2/copy/manifests/1"],
  );
  const lines = scene.registry.lines();
  assert.ok(lines.indexOf("PUT /v2/bot/manifests/1") > lines.lastIndexOf(PUT));
});

Deno.test("pushImage() stops the other blobs when one fails, and stores no manifest", async () => {
  const layers = [1, 2, 3, 4, 5, 6].map((n) => someBytes(n * 100_000));
  const descriptors = layers.map((bytes) => (
    { mediaType: MEDIA_TYPES.layer, digest: digestOf(bytes), size: bytes.length }
  ));
  await using scene = await registryScene({
    faults: [fault("POST", SESSIONS, { times: 1, answer: status(403) })],
  });
  const open = ({ digest }: { digest: string }) =>
    opening(layers[descriptors.findIndex((one) => one.digest === digest)]!)();
  await assert.rejects(
    scene.client.pushImage({
      manifest: { mediaType: MEDIA_TYPES.manifest, bytes: encodeJson({}) },
      config: descriptors[0]!,
      layers: descriptors.slice(1),
      blobs: { open },
    }, [scene.reference("bot:1")]),
    (error: Failure) => error.id === "base/registry-denied",
  );
  assert.equal(scene.registry.manifests.size, 0);
});

Deno.test("pushImage() takes 200 for a manifest only where the registry has it", async () => {
  let isStored = true;
  await using scene = await registryScene({
    faults: [fault("PUT", /\/manifests\//, {
      answer: async ({ request, response, registry }) => {
        const bytes = await bodyOf(request);
        const mediaType = request.headers["content-type"]!;
        if (isStored) registry.manifests.set(`bot@${digestOf(bytes)}`, { mediaType, bytes });
        response.writeHead(200).end();
      },
    })],
  });
  const small = new TextEncoder().encode("{}");
  const config = { mediaType: MEDIA_TYPES.config, digest: digestOf(small), size: 2 };
  const mediaType = MEDIA_TYPES.manifest;
  const push = () =>
    scene.client.pushImage({
      manifest: {
        mediaType,
        bytes: encodeJson({ schemaVersion: 2, mediaType, config, layers: [] }),
      },
      config,
      layers: [],
      blobs: { open: opening(small) },
    }, [scene.reference("bot:1")]);
  assert.equal((await push()).length, 1);
  isStored = false;
  scene.registry.manifests.clear();
  await assert.rejects(
    push(),
    /answered 200 to PUT \/v2\/bot\/manifests\/1, but has not got it; check/,
  );
});

Deno.test("pushImage() refuses a manifest that is stored under another digest", async () => {
  await using scene = await registryScene({
    faults: [fault("PUT", /\/manifests\//, {
      answer: status(201, { "docker-content-digest": NO_DIGEST }),
    })],
  });
  const small = new TextEncoder().encode("{}");
  await assert.rejects(
    scene.client.pushImage({
      manifest: { mediaType: MEDIA_TYPES.manifest, bytes: encodeJson({}) },
      config: { mediaType: MEDIA_TYPES.config, digest: digestOf(small), size: 2 },
      layers: [],
      blobs: { open: opening(small) },
    }, [scene.reference("bot:1")]),
    (error: Failure) => error.id === "base/registry-upload" && error.message.includes(NO_DIGEST),
  );
});
