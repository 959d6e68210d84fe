import assert from "node:assert/strict";
import type { Failure } from "../../src/failure/mod.ts";
import { digestOf } from "../../src/oci/mod.ts";
import {
  breakUploadAfter,
  type Fault,
  fault,
  type FaultyExchange,
  type FaultyRegistry,
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

export const MIB = 1024 * 1024;
export const LAYER = someBytes(12 * MIB);
export const DESCRIPTOR = { digest: digestOf(LAYER), size: LAYER.length };
export const SESSIONS = /\/blobs\/uploads\/$/;
export const UPLOAD = /\/blobs\/uploads\/.+/;

/** One fault of a registry, and how the push of a blob to it ends. */
export interface Row {
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
export const stuck = async ({ request, response, logged }: FaultyExchange) => {
  for await (const chunk of request as AsyncIterable<Uint8Array>) logged.received += chunk.length;
  response.writeHead(202, { location: logged.path, range: "0-0" }).end();
};

/** Answers what the honest registry does, with another status. */
export const asStatus =
  (code: number) => async ({ request, response, logged, registry }: FaultyExchange) => {
    const upload = registry.uploads.get(logged.path.split("/").at(-1)!)!;
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      logged.received += chunk.length;
      upload.add(chunk);
    }
    response.writeHead(code, { location: logged.path, range: `0-${upload.size - 1}` }).end();
  };

/** Refuses bodies of uploads that are larger, before they are read. */
export const tooLarge =
  (limit: number, refuse: (exchange: FaultyExchange) => unknown): Fault => async (exchange) => {
    const { logged: { method, headers } } = exchange;
    if (!/^(?:PUT|PATCH)$/.test(method) || Number(headers["content-length"]) <= limit) return false;
    await refuse(exchange);
    return true;
  };

export const BEGIN = "POST /v2/bot/blobs/uploads/";
export const ASK = "GET /v2/bot/blobs/uploads/<…>";
export const PUT = "PUT /v2/bot/blobs/uploads/<…>";
export const PATCH = "PATCH /v2/bot/blobs/uploads/<…>";
export const HEAD = "HEAD /v2/bot/blobs/<…>";

export const PUSH_FAULTS: readonly Row[] = [
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
      /PATCH http:\/\/HOST\/v2\/bot\/blobs\/uploads\/ID request failed: the connection to HOST broke, try again \(5 tries\)$/,
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
      /registry HOST answered 401 to PUT \/v2\/bot\/blobs\/uploads\/ID; the credentials of --username were refused, correct them \(5 tries\)$/,
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
    lines: [BEGIN, PUT, HEAD],
  },
  {
    name: "200 where 201 is due, by a login page",
    faults: [fault("PUT", UPLOAD, {
      answer: ({ request, response }) => {
        request.resume();
        response.writeHead(200).end("<html>");
      },
    })],
    id: "base/registry-answer",
    fails:
      /registry HOST answered 200 to PUT \/v2\/bot\/blobs\/uploads\/ID, but has not got it; check/,
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
    name: "a Range that moves by one byte a chunk",
    chunkSize: 6 * MIB,
    faults: [fault("PATCH", UPLOAD, {
      answer: async ({ request, response, logged, registry }) => {
        const upload = registry.uploads.get(logged.path.split("/").at(-1)!)!;
        for await (const chunk of request as AsyncIterable<Uint8Array>) {
          logged.received += chunk.length;
          if (logged.received === chunk.length) upload.add(chunk.subarray(0, 1));
        }
        response.writeHead(202, { location: logged.path, range: `0-${upload.size - 1}` }).end();
      },
    })],
    id: "base/registry-upload",
    fails:
      /registry HOST answered 202 to PATCH .*, but stays at \d of 12582912 bytes; .* \(5 tries\)$/,
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
    options: { http: { idleTimeoutMs: 300, tries: 2 } },
    id: "base/registry-connection",
    fails:
      /POST http:\/\/HOST\/v2\/bot\/blobs\/uploads\/ request failed \(2 tries\): HOST was silent/,
  },
];

export function push(scene: RegistryScene, chunkSize?: number, client = scene.client) {
  const reference = scene.reference("bot:1");
  return client.pushBlob(reference, {
    descriptor: DESCRIPTOR,
    open: opening(LAYER),
    purpose: { action: "push", subject: `${scene.registry.host}/bot:1` },
    ...(chunkSize === undefined ? {} : { chunkSize }),
  });
}

/** Nothing arrives of the whole blob, nor of the chunks that it is sent in then. */
export const givingUp = () => [
  fault("PUT", UPLOAD, { times: 2, answer: breakUploadAfter(0) }),
  fault("PATCH", UPLOAD, { answer: breakUploadAfter(0) }),
];

/** Requests from the first that begins an upload on. */
export function uploadLines(registry: FaultyRegistry): readonly string[] {
  const lines = registry.lines();
  return lines.slice(lines.indexOf(BEGIN));
}

/** Lets a push meet a fault, and holds it to what the row says. */
export async function meetPushFault(row: Row): Promise<void> {
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
}
