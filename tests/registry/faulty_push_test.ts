import assert from "node:assert/strict";
import { Failure } from "../../src/failure/mod.ts";
import { digestOf, encodeJson, MEDIA_TYPES } from "../../src/oci/mod.ts";
import {
  breakUploadAfter,
  type Fault,
  fault,
  type FaultyExchange,
  type FaultyRegistry,
  serveRegistry,
  status,
  UploadedBytes,
} from "../support/faulty_registry.ts";
import {
  NO_DIGEST,
  opening,
  type RegistryScene,
  registryScene,
  type RegistrySceneOptions,
  someBytes,
  uploadFiles,
} from "../support/registry_scene.ts";

const MIB = 1024 * 1024;
const LAYER = someBytes(12 * MIB);
const DESCRIPTOR = { digest: digestOf(LAYER), size: LAYER.length };
const SESSIONS = /\/blobs\/uploads\/$/;
const UPLOAD = /\/blobs\/uploads\/.+/;

/** One fault of a registry, and how the push of a blob to it ends. */
interface Row {
  readonly name: string;
  readonly faults?: readonly Fault[];
  readonly options?: RegistrySceneOptions;
  readonly chunkSize?: number;
  /** How the message of the failure ends; without it the push ends well. */
  readonly fails?: RegExp;
  readonly id?: string;
  /** Requests from the first to begin an upload on. */
  readonly lines?: readonly string[];
  /** Bytes that went to uploads. */
  readonly sent?: number;
  readonly pauses?: readonly number[];
}

/** Keeps a chunk, and says that it did not. */
const stuck = async ({ request, response, logged }: FaultyExchange) => {
  for await (const chunk of request as AsyncIterable<Uint8Array>) logged.received += chunk.length;
  response.writeHead(202, { location: logged.path, range: "0-0" }).end();
};

/** Answers what the honest registry does, with another status. */
const asStatus =
  (code: number) => async ({ request, response, logged, registry }: FaultyExchange) => {
    const upload = registry.uploads.get(logged.path.split("/").at(-1)!)!;
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      logged.received += chunk.length;
      upload.add(chunk);
    }
    response.writeHead(code, { location: logged.path, range: `0-${upload.size - 1}` }).end();
  };

/** Refuses bodies of uploads that are larger, before they are read. */
const tooLarge =
  (limit: number, refuse: (exchange: FaultyExchange) => unknown): Fault => async (exchange) => {
    const { logged: { method, headers } } = exchange;
    if (!/^(?:PUT|PATCH)$/.test(method) || Number(headers["content-length"]) <= limit) return false;
    await refuse(exchange);
    return true;
  };

const BEGIN = "POST /v2/bot/blobs/uploads/";
const ASK = "GET /v2/bot/blobs/uploads/<…>";
const PUT = "PUT /v2/bot/blobs/uploads/<…>";
const PATCH = "PATCH /v2/bot/blobs/uploads/<…>";
const HEAD = "HEAD /v2/bot/blobs/<…>";

const ROWS: readonly Row[] = [
  { name: "nothing at all", lines: [BEGIN, PUT], sent: 12 * MIB, pauses: [] },
  {
    name: "a break after 5 MiB",
    faults: [fault("PUT", UPLOAD, { times: 1, answer: breakUploadAfter(5 * MIB) })],
    lines: [BEGIN, PUT, HEAD, ASK, PUT],
    sent: 12 * MIB,
    pauses: [500],
  },
  {
    name: "eleven breaks of an upload that comes further each time",
    faults: [fault("PUT", UPLOAD, { times: 11, answer: breakUploadAfter(MIB) })],
    sent: 12 * MIB,
    pauses: Array(11).fill(500),
  },
  {
    name: "breaks of an upload that comes no further",
    faults: [
      fault("PUT", UPLOAD, { answer: breakUploadAfter(0) }),
      fault("PATCH", UPLOAD, { answer: breakUploadAfter(0) }),
    ],
    id: "base/registry-connection",
    fails:
      /PATCH http:\/\/HOST\/v2\/bot\/blobs\/uploads\/ID got no whole answer: the connection to HOST broke, try again \(5 tries\)$/,
  },
  {
    name: "a break, where the registry forgets the upload",
    faults: [
      fault("PUT", UPLOAD, { times: 1, answer: breakUploadAfter(5 * MIB) }),
      fault("GET", UPLOAD, { times: 1, answer: status(404) }),
    ],
    lines: [BEGIN, PUT, HEAD, ASK, BEGIN, PUT],
    sent: 17 * MIB,
  },
  {
    name: "a break, where the registry claims to have more than there is",
    faults: [
      fault("PUT", UPLOAD, { times: 1, answer: breakUploadAfter(MIB) }),
      fault("GET", UPLOAD, {
        times: 1,
        answer: status(204, { range: `0-${20 * MIB}`, location: "/v2/bot/blobs/uploads/x" }),
      }),
    ],
    lines: [BEGIN, PUT, HEAD, ASK, BEGIN, PUT],
    sent: 13 * MIB,
  },
  {
    name: "a break, where the registry claims to have more than it has",
    faults: [
      fault("PUT", UPLOAD, { times: 1, answer: breakUploadAfter(MIB) }),
      fault("GET", UPLOAD, {
        times: 1,
        answer: ({ response, logged }) =>
          response.writeHead(204, { range: `0-${6 * MIB - 1}`, location: logged.path }).end(),
      }),
      // A registry that does not check where a piece begins.
      ({ request }) => {
        delete request.headers["content-range"];
        return false;
      },
    ],
    lines: [BEGIN, PUT, HEAD, ASK, PUT, HEAD, BEGIN, PUT],
    sent: (1 + 6 + 12) * MIB,
  },
  {
    name: "a break, after which the registry has the blob all the same",
    faults: [fault("PUT", UPLOAD, {
      times: 1,
      answer: ({ request, registry }) => {
        registry.addBlob(LAYER);
        request.socket.destroy();
      },
    })],
    lines: [BEGIN, PUT, HEAD],
  },
  {
    name: "401 in mid-push",
    faults: [fault("PUT", UPLOAD, {
      times: 1,
      answer: status(401, { "www-authenticate": "Basic realm=x" }),
    })],
    lines: [BEGIN, PUT, HEAD, ASK, PUT],
  },
  {
    name: "401 to every upload",
    faults: [
      fault("PUT", UPLOAD, { answer: status(401, { "www-authenticate": "Basic realm=x" }) }),
    ],
    id: "base/registry-denied",
    fails:
      /registry HOST answered 401 to PUT \/v2\/bot\/blobs\/uploads\/ID; the credentials of --username were refused, log in again with `docker login HOST` \(5 tries\)$/,
  },
  {
    name: "403",
    faults: [fault("POST", SESSIONS, { answer: status(403) })],
    id: "base/registry-denied",
    fails:
      /registry HOST answered 403 to POST \/v2\/bot\/blobs\/uploads\/; the credentials of --username give no right to push there/,
  },
  {
    name: "404 for the repository",
    faults: [fault("POST", SESSIONS, { answer: status(404) })],
    id: "base/registry-answer",
    fails:
      /registry HOST answered 404 to POST \/v2\/bot\/blobs\/uploads\/; check the name, or create the repository bot there first$/,
  },
  {
    name: "404 for the upload once",
    faults: [fault("PUT", UPLOAD, { times: 1, answer: status(404) })],
    lines: [BEGIN, PUT, HEAD, BEGIN, PUT],
  },
  {
    name: "413, which a proxy answers to large bodies",
    faults: [fault("PUT", UPLOAD, { times: 1, answer: status(413) })],
    lines: [BEGIN, PUT, HEAD, BEGIN, PATCH, PATCH, PATCH, PATCH, PUT],
  },
  {
    name: "413 to all above 1 MiB, as nginx answers it by default",
    faults: [tooLarge(MIB, ({ request, response }) => {
      request.resume();
      response.writeHead(413).end();
    })],
    sent: 12 * MIB,
  },
  {
    name: "413 to all above 1 MiB with a reset before anybody hears it",
    faults: [tooLarge(MIB, ({ request }) => request.socket.destroy())],
    sent: 12 * MIB,
  },
  {
    name: "413 to everything",
    faults: [
      fault("PUT", UPLOAD, { answer: status(413) }),
      fault("PATCH", UPLOAD, { answer: status(413) }),
    ],
    id: "base/registry-answer",
    fails:
      /registry HOST answered 413 to PATCH \/v2\/bot\/blobs\/uploads\/ID; have the limit .* \(nginx: client_max_body_size\)/,
  },
  {
    name: "416 to a chunk",
    chunkSize: 5 * MIB,
    faults: [fault("PATCH", UPLOAD, { times: 1, answer: status(416) })],
    lines: [BEGIN, PATCH, HEAD, ASK, PATCH, PATCH, PATCH, PUT],
    sent: 12 * MIB,
  },
  {
    name: "416 to every chunk",
    chunkSize: 5 * MIB,
    faults: [fault("PATCH", UPLOAD, { answer: status(416) })],
    id: "base/registry-answer",
    fails: /registry HOST answered 416 to PATCH \/v2\/bot\/blobs\/uploads\/ID; .* \(5 tries\)$/,
  },
  {
    name: "429 with Retry-After in seconds",
    faults: [fault("PUT", UPLOAD, { times: 1, answer: status(429, { "retry-after": "7" }) })],
    lines: [BEGIN, PUT, HEAD, ASK, PUT],
    pauses: [7000, 250, 250], // And all that follows goes slower.
  },
  {
    name: "429 with Retry-After as a date",
    faults: [fault("POST", SESSIONS, {
      times: 1,
      answer: status(429, { "retry-after": "Sat, 31 Jan 2026 12:00:42 GMT" }),
    })],
    pauses: [42_000, 250],
  },
  {
    name: "500 twice, then well",
    faults: [fault("PUT", UPLOAD, { times: 2, answer: status(500) })],
    lines: [BEGIN, PUT, HEAD, ASK, PUT, HEAD, ASK, PUT],
    pauses: [500, 1000],
  },
  {
    name: "500 to every upload",
    faults: [fault("PUT", UPLOAD, { answer: status(500) })],
    id: "base/registry-busy",
    fails:
      /registry HOST answered 500 to PUT \/v2\/bot\/blobs\/uploads\/ID; try again later \(5 tries\)$/,
  },
  {
    name: "201 where 202 is due",
    chunkSize: 5 * MIB,
    faults: [fault("PATCH", UPLOAD, { answer: asStatus(201) })],
    lines: [BEGIN, PATCH, PATCH, PATCH, PUT],
    sent: 12 * MIB,
  },
  {
    name: "202 where 201 is due",
    faults: [fault("PUT", UPLOAD, {
      answer: async (exchange) => {
        await asStatus(202)(exchange);
        exchange.registry.addBlob(LAYER);
      },
    })],
    lines: [BEGIN, PUT],
  },
  {
    name: "a Range that never moves",
    chunkSize: 5 * MIB,
    faults: [fault("PATCH", UPLOAD, { answer: stuck })],
    id: "base/registry-upload",
    fails:
      /registry HOST answered 202 to PATCH \/v2\/bot\/blobs\/uploads\/ID, but stays at 0 of 12582912 bytes; .* \(5 tries\)$/,
  },
  {
    name: "a Range that moves by half a chunk",
    chunkSize: 6 * MIB,
    faults: [fault("PATCH", UPLOAD, {
      times: 1,
      answer: async ({ request, response, logged, registry }) => {
        const upload = registry.uploads.get(logged.path.split("/").at(-1)!)!;
        for await (const chunk of request as AsyncIterable<Uint8Array>) {
          logged.received += chunk.length;
          if (upload.size < 3 * MIB) upload.add(chunk.subarray(0, 3 * MIB - upload.size));
        }
        response.writeHead(202, { location: logged.path, range: `0-${3 * MIB - 1}` }).end();
      },
    })],
    lines: [BEGIN, PATCH, PATCH, PATCH, PUT],
    sent: 15 * MIB,
  },
  {
    name: "a wish for chunks",
    options: { leastChunk: 1 },
    lines: [BEGIN, PATCH, PATCH, PATCH, PUT],
    sent: 12 * MIB,
  },
  {
    name: "a wish for larger chunks",
    options: { leastChunk: 8 * MIB },
    chunkSize: 6 * MIB,
    lines: [BEGIN, PATCH, PATCH, PUT],
  },
  {
    name: "a wish for chunks larger than the blob",
    options: { leastChunk: 100 * MIB },
    lines: [BEGIN, PUT],
  },
  {
    name: "an absolute Location with a query",
    options: {
      location: (path, registry) => `http://${registry.host}${path}?_state=a%2Fb%3D`,
    },
    lines: [BEGIN, PUT],
  },
  {
    name: "no Location",
    faults: [fault("POST", SESSIONS, { answer: status(202) })],
    id: "base/registry-answer",
    fails:
      /registry HOST answered 202 to POST \/v2\/bot\/blobs\/uploads\/, but named no address for the upload; check/,
  },
  {
    name: "200 to the session, with its address",
    faults: [async ({ logged, response, registry }) => {
      if (logged.method !== "POST") return await Promise.resolve(false);
      registry.uploads.set("u", new UploadedBytes());
      response.writeHead(200, { location: `${logged.path}u` }).end();
      return true;
    }],
    lines: [BEGIN, "PUT /v2/bot/blobs/uploads/u"],
  },
  {
    name: "200 to the session, by a login page",
    faults: [fault("POST", SESSIONS, {
      answer: ({ response }) => void response.writeHead(200).end("<html>"),
    })],
    id: "base/registry-answer",
    fails:
      /registry HOST answered 200 to POST \/v2\/bot\/blobs\/uploads\/, but named no address for the upload; .* a login page/,
  },
  {
    name: "403 to the question whether a blob is there",
    faults: [fault("HEAD", /\/blobs\//, { answer: status(403) })],
    lines: [BEGIN, BEGIN, PUT], // The first is asked for the password.
  },
  {
    name: "a redirect of the upload that keeps method and body",
    faults: [fault("PUT", /\/v2\/bot\/blobs\/uploads\/[^-].+/, {
      times: 1,
      answer: ({ request, response, logged }) => {
        request.resume();
        const location = `${logged.path}?${logged.query}`;
        response.writeHead(307, { location, connection: "close" }).end();
      },
    })],
    lines: [BEGIN, PUT, PUT],
  },
  {
    name: "a blob stored under another digest",
    faults: [fault("PUT", UPLOAD, {
      answer: async ({ request, response }) => {
        for await (const _ of request) { /* read it */ }
        response.writeHead(201, { "docker-content-digest": NO_DIGEST }).end();
      },
    })],
    id: "base/registry-upload",
    fails:
      /registry HOST answered PUT \/v2\/bot\/blobs\/uploads\/ID with digest sha256:0{64} where DIGEST was sent; the bytes were altered/,
  },
  {
    name: "400 to the finished upload",
    faults: [fault("PUT", UPLOAD, { answer: status(400) })],
    id: "base/registry-answer",
    fails: /registry HOST answered 400 to PUT/,
  },
  {
    name: "an answer to the session that never comes",
    faults: [fault("POST", SESSIONS, { answer: () => {} })],
    options: { http: { silenceMs: 300, tries: 2 } },
    id: "base/registry-connection",
    fails:
      /POST http:\/\/HOST\/v2\/bot\/blobs\/uploads\/ got no whole answer \(2 tries\): HOST was silent/,
  },
];

function push(scene: RegistryScene, chunkSize?: number, client = scene.client) {
  const reference = scene.reference("bot:1");
  return client.pushBlob(reference, {
    descriptor: DESCRIPTOR,
    open: opening(LAYER),
    purpose: { action: "push", subject: `${scene.registry.host}/bot:1` },
    ...(chunkSize === undefined ? {} : { chunkSize }),
  });
}

/** Nothing arrives of the whole blob, nor of the chunks that it is sent in then. */
const givingUp = () => [
  fault("PUT", UPLOAD, { times: 2, answer: breakUploadAfter(0) }),
  fault("PATCH", UPLOAD, { answer: breakUploadAfter(0) }),
];

/** Requests from the first that begins an upload on. */
function uploadLines(registry: FaultyRegistry): readonly string[] {
  const lines = registry.lines();
  return lines.slice(lines.indexOf(BEGIN));
}

for (const row of ROWS) {
  Deno.test(`a push ${row.fails === undefined ? "ends well" : "fails with its cure"} after ${row.name}`, async () => {
    await using scene = await registryScene({ ...row.options, faults: row.faults ?? [] });
    const { registry } = scene;
    const pushing = push(scene, row.chunkSize);
    if (row.fails === undefined) {
      assert.equal(await pushing, "uploaded");
      assert.deepEqual(registry.blobs.get(DESCRIPTOR.digest), LAYER);
      assert.deepEqual(await uploadFiles(scene.cacheDirectory), []);
    } else {
      await assert.rejects(pushing, (error: Failure) => {
        const message = error.message
          .replaceAll(registry.host, "HOST").replaceAll(DESCRIPTOR.digest, "DIGEST")
          .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "ID");
        assert.match(message, row.fails!);
        assert.ok(message.startsWith('failed to push "HOST/bot:1": '), message);
        assert.equal(error.id, row.id);
        return true;
      });
    }
    await scene.requireNoSecrets(await pushing.catch((error) => error));
    if (row.lines !== undefined) assert.deepEqual(uploadLines(registry), row.lines);
    if (row.sent !== undefined) assert.equal(registry.uploadedBytes(), row.sent);
    if (row.pauses !== undefined) assert.deepEqual(scene.clock.pauses, row.pauses);
  });
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
