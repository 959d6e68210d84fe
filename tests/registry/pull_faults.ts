import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { collect } from "../../src/bytes/mod.ts";
import type { Failure } from "../../src/failure/mod.ts";
import { encodeJson } from "../../src/oci/mod.ts";
import {
  type Fault,
  fault,
  type FaultyExchange,
  type FaultyImage,
  type FaultyRegistry,
  status,
} from "../support/faulty_registry.ts";
import {
  NO_DIGEST,
  PASSWORD,
  registryScene,
  type RegistrySceneOptions,
  someBytes,
} from "../support/registry_scene.ts";

export const LAYER = someBytes(300_000);
export const MANIFEST = /\/manifests\//;
/** The layer's alone: the config is small, and read too. */
export const BLOB = /\/blobs\/sha256/;

/** One fault of a registry, and how a pull of manifest and layer ends. */
export interface Row {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly options?: RegistrySceneOptions;
  /** How the message of the failure ends; without it the pull ends well. */
  readonly fails?: RegExp;
  readonly id?: string;
  /** Requests after the first that asks for credentials. */
  readonly lines?: readonly string[];
  readonly pauses?: readonly number[];
}

export const breakAfter = (bytes: number) => ({ response, registry, logged }: FaultyExchange) => {
  const blob = [...registry.blobs.values()].find((blob) => blob.length === LAYER.length)!;
  const start = Number(/^bytes=(\d+)-$/.exec(logged.headers.range ?? "")?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": String(blob.length - start),
    ...(start > 0 ? { "content-range": `bytes ${start}-${blob.length - 1}/${blob.length}` } : {}),
  });
  response.write(blob.subarray(start, start + bytes), () => response.socket?.destroy());
};

export const send =
  (bytes: Uint8Array, headers: Record<string, string> = {}, code = 200) =>
  ({ response }: FaultyExchange) => {
    response.writeHead(code, headers).end(bytes);
  };

export const endless = (chunk: Uint8Array) => ({ response }: FaultyExchange) => {
  const more = () => void (response.destroyed || response.write(chunk, more));
  more();
};

export const altered = LAYER.map((byte, i) => i === 1000 ? byte ^ 1 : byte);
export const manifest = (
  value: unknown,
  contentType = "application/vnd.oci.image.manifest.v1+json",
) => fault("GET", MANIFEST, { answer: send(encodeJson(value), { "content-type": contentType }) });

export const PULL_FAULTS: readonly Row[] = [
  { name: "nothing at all", faults: [] },
  {
    name: "a break after 100000 bytes of a blob",
    faults: [fault("GET", BLOB, { times: 1, answer: breakAfter(100_000) })],
    lines: ["GET /v2/bot/manifests/1", "GET /v2/bot/blobs/<…>", "GET /v2/bot/blobs/<…>"],
    pauses: [500],
  },
  {
    name: "ten breaks of a blob that comes further each time",
    faults: [fault("GET", BLOB, { times: 10, answer: breakAfter(20_000) })],
    pauses: Array(10).fill(500),
  },
  {
    name: "breaks of a blob that comes no further",
    faults: [fault("GET", BLOB, { answer: ({ response }) => response.socket!.destroy() })],
    id: "base/registry-connection",
    fails:
      /GET http:\/\/HOST\/v2\/bot\/blobs\/DIGEST request failed \(5 tries\): the connection to HOST broke, try again$/,
  },
  {
    name: "a break of a manifest",
    faults: [fault("GET", MANIFEST, {
      times: 2,
      answer: ({ response }) => {
        response.writeHead(200, { "content-length": "500" }).write(
          "{",
          () => response.socket!.destroy(),
        );
      },
    })],
    pauses: [500, 1000],
  },
  {
    name: "a range that is not the one asked for",
    faults: [
      fault("GET", BLOB, { times: 1, answer: breakAfter(100_000) }),
      fault("GET", BLOB, {
        times: 1,
        answer: send(LAYER.subarray(99_999), { "content-range": "bytes 99999-299999/300000" }, 206),
      }),
    ],
  },
  {
    name: "a 206 without Content-Range",
    faults: [
      fault("GET", BLOB, { times: 1, answer: breakAfter(100_000) }),
      fault("GET", BLOB, { times: 1, answer: send(LAYER.subarray(100_000), {}, 206) }),
    ],
  },
  {
    name: "the whole blob where a range was asked for",
    faults: [
      fault("GET", BLOB, { times: 1, answer: breakAfter(100_000) }),
      fault("GET", BLOB, { times: 1, answer: send(LAYER) }),
    ],
  },
  {
    name: "416 to a range",
    faults: [
      fault("GET", BLOB, { times: 1, answer: breakAfter(100_000) }),
      fault("GET", BLOB, { times: 1, answer: status(416) }),
    ],
  },
  {
    name: "403",
    faults: [fault("GET", MANIFEST, { answer: status(403) })],
    id: "base/registry-denied",
    fails:
      /registry HOST answered 403 to GET \/v2\/bot\/manifests\/1; the credentials of --username give no right to pull there, ask for it or log in as somebody who has it$/,
  },
  {
    name: "401 to the right password",
    faults: [
      fault("GET", MANIFEST, { answer: status(401, { "www-authenticate": "Basic realm=x" }) }),
    ],
    id: "base/registry-denied",
    fails:
      /registry HOST answered 401 to GET \/v2\/bot\/manifests\/1; the credentials of --username were refused, correct them$/,
  },
  {
    name: "401 that is no challenge",
    faults: [fault("GET", MANIFEST, { answer: status(401) })],
    id: "base/registry-denied",
    fails: /registry HOST answered 401 to GET/,
  },
  {
    name: "401 with a challenge that cannot be read",
    faults: [
      fault("GET", MANIFEST, { answer: status(401, { "www-authenticate": 'Bearer realm="x' }) }),
    ],
    id: "base/registry-answer",
    fails: /HOST answered GET \/v2\/bot\/manifests\/1 with something that cannot be read; expected/,
  },
  {
    name: "404 for the manifest",
    faults: [fault("GET", MANIFEST, { answer: status(404) })],
    id: "base/not-found",
    fails:
      /registry HOST answered 404 to GET \/v2\/bot\/manifests\/1; check the image's name and tag$/,
  },
  {
    name: "404 for a blob",
    faults: [fault("GET", BLOB, { answer: status(404) })],
    id: "base/not-found",
    fails:
      /registry HOST answered 404 to GET \/v2\/bot\/blobs\/DIGEST; the image there lacks a part/,
  },
  {
    name: "429 with Retry-After in seconds",
    faults: [fault("GET", MANIFEST, { times: 1, answer: status(429, { "retry-after": "7" }) })],
    pauses: [7000, 250, 250], // And all that follows goes slower.
  },
  {
    name: "429 with Retry-After as a date",
    faults: [
      fault("GET", BLOB, {
        times: 1,
        answer: status(429, { "retry-after": "Sat, 31 Jan 2026 12:00:42 GMT" }),
      }),
    ],
    pauses: [42_000],
  },
  {
    name: "429 without end",
    faults: [fault("GET", BLOB, { answer: status(429) })],
    id: "base/registry-busy",
    fails:
      /registry HOST answered 429 to GET \/v2\/bot\/blobs\/DIGEST \(5 tries\); try again later$/,
  },
  {
    name: "500 twice, then well",
    faults: [fault("GET", MANIFEST, { times: 2, answer: status(500) })],
    pauses: [500, 1000],
  },
  {
    name: "503 without end",
    faults: [fault("GET", MANIFEST, { answer: status(503) })],
    id: "base/registry-busy",
    fails:
      /registry HOST answered 503 to GET \/v2\/bot\/manifests\/1 \(5 tries\); try again later$/,
  },
  {
    name: "a truncated blob",
    faults: [fault("GET", BLOB, { answer: send(LAYER.subarray(0, 1000)) })],
    id: "base/registry-connection",
    fails: /GET .*DIGEST request failed .*: its answer ended after \d+ of 300000 bytes/,
  },
  {
    name: "a longer blob that says so",
    faults: [fault("GET", BLOB, { answer: send(new Uint8Array([...LAYER, 0])) })],
    id: "base/blob",
    fails:
      /registry HOST answered GET \/v2\/bot\/blobs\/DIGEST with more than the 300000 bytes that the manifest states; the image there is damaged/,
  },
  {
    name: "a longer blob that does not say so",
    faults: [fault("GET", BLOB, {
      answer: ({ response }) => {
        response.writeHead(200).write(LAYER);
        response.end("x");
      },
    })],
    id: "base/blob",
    fails: /with more than the 300000 bytes/,
  },
  {
    name: "a blob that a proxy has compressed, which nobody asked for",
    faults: [fault("GET", BLOB, {
      answer: ({ response }) =>
        void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(LAYER)),
    })],
    id: "base/registry-connection",
    fails:
      /its answer \(Content-Encoding: gzip, which was not asked for\) ended after .*, have the proxy/,
  },
  {
    name: "a manifest that a proxy has compressed, which nobody asked for",
    faults: [fault("GET", MANIFEST, {
      answer: ({ response, registry }) => {
        const { bytes, mediaType } = registry.manifests.get("bot:1")!;
        const headers = { "content-encoding": "gzip", "content-type": mediaType };
        response.writeHead(200, headers).end(gzipSync(bytes));
      },
    })],
    id: "base/manifest",
    fails: /manifests\/1 \(Content-Encoding: gzip, which was not asked for\) with /,
  },
  {
    name: "a blob that breaks after each byte",
    faults: [fault("GET", BLOB, {
      answer: ({ request, response, registry }) => {
        const start = Number(/\d+/.exec(request.headers.range ?? "0")![0]);
        const whole = [...registry.blobs.values()].find(({ length }) => length === LAYER.length)!;
        response.writeHead(start === 0 ? 200 : 206, {
          "content-length": String(whole.length - start),
          "content-range": `bytes ${start}-${whole.length - 1}/${whole.length}`,
        });
        response.write(whole.subarray(start, start + 1), () => response.socket?.destroy());
      },
    })],
    id: "base/registry-connection",
    fails: /request failed \(5 tries\): the connection to HOST broke, try again$/,
  },
  {
    name: "an error that repeats the password as it is",
    faults: [fault("GET", MANIFEST, {
      answer: ({ response }) =>
        void response.writeHead(418).end(
          JSON.stringify({ errors: [{ code: "ECHO", message: `not ${PASSWORD}` }] }),
        ),
    })],
    id: "base/registry-answer",
    fails: /registry HOST answered 418 \(ECHO\) to GET/,
  },
  {
    name: "a manifest that repeats the password",
    faults: [fault("GET", MANIFEST, {
      answer: ({ response }) => void response.writeHead(200).end(`<html>${PASSWORD}</html>`),
    })],
    id: "base/manifest",
    fails: /with a manifest that cannot be used; expected JSON, found "<html>\*\*\*<\/html>"$/,
  },
  {
    name: "an altered blob",
    faults: [fault("GET", BLOB, { answer: send(altered) })],
    id: "base/blob",
    fails:
      /registry HOST answered GET \/v2\/bot\/blobs\/DIGEST with other bytes: expected sha256 [0-9a-f]{64}, found [0-9a-f]{64}; they were altered/,
  },
  {
    name: "a manifest of 100 MB",
    faults: [fault("GET", MANIFEST, { answer: send(new Uint8Array(100_000_000)) })],
    id: "base/manifest",
    fails:
      /registry HOST answered GET \/v2\/bot\/manifests\/1 with more than 4 MiB; no manifest is so large/,
  },
  {
    name: "a manifest that never ends",
    faults: [fault("GET", MANIFEST, { answer: endless(new Uint8Array(65536)) })],
    id: "base/manifest",
    fails: /with more than 4 MiB/,
  },
  {
    name: "a blob that never ends",
    faults: [fault("GET", BLOB, { answer: endless(new Uint8Array(65536)) })],
    id: "base/blob",
    fails: /with more than the 300000 bytes/,
  },
  {
    name: "an error that never ends",
    faults: [fault("GET", MANIFEST, {
      answer: (exchange) => {
        exchange.response.writeHead(418);
        endless(new Uint8Array(65536))(exchange);
      },
    })],
    id: "base/registry-answer",
    fails: /registry HOST answered 418 to GET/,
  },
  {
    name: "silence",
    faults: [fault("GET", BLOB, { answer: () => {} })],
    options: { http: { idleTimeoutMs: 300, tries: 2 } },
    id: "base/registry-connection",
    fails:
      /GET http:\/\/HOST\/v2\/bot\/blobs\/DIGEST request failed \(2 tries\): HOST was silent for 0\.3 s/,
  },
  {
    name: "a Docker-Content-Digest that lies",
    faults: [
      fault("GET", MANIFEST, {
        answer: ({ response, registry }) => {
          const { bytes } = registry.manifests.get("bot:1")!;
          response.writeHead(200, { "docker-content-digest": NO_DIGEST }).end(bytes);
        },
      }),
    ],
    id: "base/manifest",
    fails:
      /registry HOST answered GET \/v2\/bot\/manifests\/1 with bytes of sha256:[0-9a-f]{64} under Docker-Content-Digest: sha256:0{64}; one of them is wrong, name the image by its digest$/,
  },
  {
    name: "a manifest that is no JSON",
    faults: [fault("GET", MANIFEST, { answer: send(new TextEncoder().encode("<html>")) })],
    id: "base/manifest",
    fails: /with a manifest that cannot be used; expected JSON, found "<html>"$/,
  },
  {
    name: "a manifest of schema 1",
    faults: [
      manifest({ schemaVersion: 1 }, "application/vnd.docker.distribution.manifest.v1+prettyjws"),
    ],
    id: "base/manifest",
    fails:
      /Docker's image format of schema 1 is not supported, push the image again with a current engine$/,
  },
  {
    name: "an index without linux/amd64",
    faults: [manifest({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest: NO_DIGEST,
          size: 1,
          platform: { os: "linux", architecture: "arm64", variant: "v8" },
        },
        {
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest: NO_DIGEST,
          size: 1,
          platform: { os: "unknown", architecture: "unknown" },
        },
      ],
    }, "application/vnd.oci.image.index.v1+json")],
    id: "base/platform",
    fails: /it is made for linux\/arm64\/v8; name an image that is made for linux\/amd64 too$/,
  },
  {
    name: "a redirect that leads in a circle",
    faults: [fault("GET", BLOB, {
      answer: ({ response, logged }) => response.writeHead(307, { location: logged.path }).end(),
    })],
    id: "base/registry-connection",
    fails: /GET .* request failed: HOST redirected more than 10 times/,
  },
  {
    name: "something that is no HTTP",
    faults: [
      fault("GET", MANIFEST, {
        answer: ({ response }) => response.socket!.end("nonsense\r\n\r\n"),
      }),
    ],
    id: "base/registry-connection",
    fails: /GET .* request failed: HOST answered something that is no HTTP\/1\.1$/,
  },
  {
    name: "an error that repeats the password",
    faults: [fault("GET", MANIFEST, {
      answer: ({ response, logged: { headers } }) => {
        response.writeHead(418).end(JSON.stringify({
          errors: [{ code: "ECHO", message: `got ${headers.authorization}` }],
        }));
      },
    })],
    id: "base/registry-answer",
    fails: /registry HOST answered 418 \(ECHO\) to GET/,
  },
];

/** The manifest and its layer; the retries that end it well or the failure. */
export async function pull({ row, image, ...scene }: {
  readonly row: Row;
  readonly registry: FaultyRegistry;
  readonly image: FaultyImage;
  readonly client: Awaited<ReturnType<typeof registryScene>>["client"];
  readonly reference: ReturnType<Awaited<ReturnType<typeof registryScene>>["reference"]>;
}): Promise<void> {
  const pulled = await scene.client.pullImage(scene.reference);
  assert.equal(pulled.descriptor.digest, image.manifest.digest);
  const layer = await collect(
    scene.client.pullBlob(scene.reference, pulled.manifest.layers[0]!),
    LAYER.length,
  );
  assert.deepEqual(layer, LAYER, row.name);
}

/** Lets a pull meet a fault, and holds it to what the row says. */
export async function meetPullFault(row: Row): Promise<void> {
  await using scene = await registryScene({ ...row.options, faults: row.faults });
  const { registry, client, clock } = scene;
  const image = registry.addImage("bot:1", LAYER);
  const reference = scene.reference("bot:1");
  const pulling = pull({ row, registry, image, client, reference });
  if (row.fails === undefined) {
    await pulling;
  } else {
    await assert.rejects(pulling, (error: Failure) => {
      const message = error.message
        .replaceAll(registry.host, "HOST").replaceAll(image.layer.digest, "DIGEST");
      assert.match(message, row.fails!);
      assert.ok(message.startsWith('failed to pull "HOST/bot'), message);
      assert.ok(!message.includes("\n"));
      assert.equal(error.id, row.id);
      return true;
    });
    await scene.requireNoSecrets(await pulling.catch((error) => error));
  }
  if (row.lines !== undefined) assert.deepEqual(registry.lines().slice(1), row.lines);
  if (row.pauses !== undefined) assert.deepEqual(clock.pauses, row.pauses);
}
