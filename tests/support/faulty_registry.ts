import { Buffer } from "node:buffer";
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Digest, encodeJson, MEDIA_TYPES } from "../../src/oci/mod.ts";
import { type LoopbackServer, serveHttp } from "./loopback.ts";
import type { TokenServer } from "./token_server.ts";

/** A registry in memory that keeps to the specification, but where a fault says otherwise. */
export interface FaultyRegistry extends LoopbackServer {
  readonly blobs: Map<Digest, Uint8Array>;
  /** By `repository:tag` and `repository@digest`. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Uint8Array }>;
  /** Uploads that were begun and not closed, by their id. */
  readonly uploads: Map<string, UploadedBytes>;
  readonly log: readonly LoggedRequest[];
  /** Requests as `METHOD path`, digests and ids shortened to `<…>`. */
  lines(): readonly string[];
  /** How many bytes of bodies came to upload addresses. */
  uploadedBytes(): number;
  /** Puts a blob there. */
  addBlob(bytes: Uint8Array): { readonly digest: Digest; readonly size: number };
  /** Puts an image with one layer there, and says what is in it. */
  addImage(name: string, layer: Uint8Array): FaultyImage;
}

export interface FaultyImage {
  readonly manifest: {
    readonly mediaType: string;
    readonly bytes: Uint8Array;
    readonly digest: Digest;
  };
  readonly layer: { readonly mediaType: string; readonly digest: Digest; readonly size: number };
}

/** What came to an upload so far. */
export class UploadedBytes {
  readonly #chunks: Uint8Array[] = [];
  size = 0;

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.size += chunk.length;
  }

  bytes(): Uint8Array {
    return joined(this.#chunks);
  }
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** How many bytes of its body were read. */
  received: number;
}

/** A request in the hands of a fault. */
export interface FaultyExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly logged: LoggedRequest;
  readonly registry: FaultyRegistry;
}

/** Answers in the registry's place, and says whether it did. */
export type Fault = (exchange: FaultyExchange) => boolean | Promise<boolean>;

/** Options of {@linkcode serveRegistry}. */
export interface FaultyRegistryOptions {
  readonly faults?: readonly Fault[];
  /** Said with every new upload: chunks are wanted. */
  readonly leastChunk?: number;
  /** `user:password` that every request must show. */
  readonly basic?: string;
  /** Told how many bytes have come to uploads in all, with every piece. */
  readonly onReceived?: (total: number) => void;
  /** Gives out the tokens that every request must show. */
  readonly tokens?: TokenServer;
  /** What an upload's address is; relative by default. */
  readonly location?: (path: string, registry: FaultyRegistry) => string;
}

/** A fault for requests of a method whose path fits, as often as said. */
export function fault(
  method: string,
  path: RegExp,
  { times = Infinity, answer }: {
    readonly times?: number;
    readonly answer: (exchange: FaultyExchange) => unknown;
  },
): Fault {
  let left = times;
  return async (exchange) => {
    const { logged } = exchange;
    if (logged.method !== method || !path.test(logged.path) || left <= 0) return false;
    left--;
    await answer(exchange);
    return true;
  };
}

/** An answer with a status and nothing to say. */
export function status(code: number, headers: Record<string, string> = {}) {
  return ({ request, response }: FaultyExchange): void => {
    request.resume();
    response.writeHead(code, headers).end();
  };
}

/** Reads so many bytes of the body, keeps them as the upload's, and breaks the connection. */
export function breakUploadAfter(bytes: number) {
  return async ({ request, logged, registry }: FaultyExchange): Promise<void> => {
    const upload = registry.uploads.get(logged.path.split("/").at(-1)!)!;
    const { socket } = request;
    let left = bytes;
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      const taken = chunk.subarray(0, left);
      left -= taken.length;
      logged.received += taken.length;
      upload.add(taken);
      if (left === 0) break;
    }
    socket.destroy();
  };
}

export async function serveRegistry(
  {
    faults = [],
    leastChunk,
    location = (path) => path,
    onReceived = () => {},
    ...guards
  }: FaultyRegistryOptions = {},
): Promise<FaultyRegistry> {
  const log: LoggedRequest[] = [];
  const blobs = new Map<Digest, Uint8Array>();
  const manifests: FaultyRegistry["manifests"] = new Map();
  const uploads: FaultyRegistry["uploads"] = new Map();
  const server = await serveHttp(async (request, response) => {
    const url = new URL(request.url!, "http://registry");
    const logged: LoggedRequest = {
      method: request.method!,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      received: 0,
    };
    log.push(logged);
    const exchange = { request, response, logged, registry };
    const { socket } = request;
    try {
      for (const fault of faults) if (await fault(exchange)) return;
      const wanted = challengeFor(logged, guards);
      if (wanted !== undefined) return status(401, { "www-authenticate": wanted })(exchange);
      await answer(exchange, { leastChunk, location, onReceived });
    } catch (error) {
      if (!socket.destroyed) throw error; // A client that went away is no fault here.
    }
  });
  const registry: FaultyRegistry = {
    ...server,
    blobs,
    manifests,
    uploads,
    log,
    lines: () =>
      log.map(({ method, path }) =>
        `${method} ${path.replace(/sha256:[0-9a-f]{64}|[0-9a-f-]{36}/, "<…>")}`
      ),
    uploadedBytes: () =>
      log.filter(({ path }) => path.includes("/uploads/"))
        .reduce((sum, { received }) => sum + received, 0),
    addBlob(bytes) {
      const digest = digestOf(bytes);
      blobs.set(digest, bytes);
      return { digest, size: bytes.length };
    },
    addImage(name, layer) {
      const described = { mediaType: MEDIA_TYPES.layer, ...registry.addBlob(layer) };
      const config = encodeJson({
        os: "linux",
        architecture: "amd64",
        rootfs: { type: "layers", diff_ids: [described.digest] },
      });
      const mediaType = MEDIA_TYPES.manifest;
      const bytes = encodeJson({
        schemaVersion: 2,
        mediaType,
        config: { mediaType: MEDIA_TYPES.config, ...registry.addBlob(config) },
        layers: [described],
      });
      const digest = digestOf(bytes);
      manifests.set(name, { mediaType, bytes });
      manifests.set(`${name.replace(/:[^:]*$/, "")}@${digest}`, { mediaType, bytes });
      return { manifest: { mediaType, bytes, digest }, layer: described };
    },
  };
  return registry;
}

type Settings = Required<Pick<FaultyRegistryOptions, "location" | "onReceived">> & {
  readonly leastChunk: number | undefined;
};

/** What a request lacks, as a challenge; `undefined` when it may pass. */
function challengeFor(
  { method, path, headers }: LoggedRequest,
  { basic, tokens }: Pick<FaultyRegistryOptions, "basic" | "tokens">,
): string | undefined {
  const { authorization = "" } = headers;
  if (basic !== undefined) {
    const shown = `Basic ${Buffer.from(basic).toString("base64")}`;
    return authorization === shown ? undefined : 'Basic realm="faulty"';
  }
  if (tokens === undefined) return undefined;
  const repository = /^\/v2\/(.+?)\/(?:manifests|blobs)\//.exec(path)?.[1] ?? "";
  const action = method === "GET" || method === "HEAD" ? "pull" : "push";
  if (tokens.allows(authorization.replace(/^Bearer /, ""), { repository, action })) {
    return undefined;
  }
  const scope = `repository:${repository}:${action === "push" ? "pull,push" : "pull"}`;
  return `Bearer realm="${tokens.realm}",service="faulty",scope="${scope}"`;
}

async function answer(exchange: FaultyExchange, settings: Settings): Promise<void> {
  const { logged: { path }, response } = exchange;
  const match = /^\/v2\/(?:(.+)\/(manifests|blobs)\/(uploads\/)?([^/]*))?$/.exec(path);
  if (match === null) return void response.writeHead(404).end();
  const [, repository = "", kind, isUpload, name = ""] = match;
  if (kind === undefined) return void response.writeHead(200).end("{}");
  if (kind === "manifests") return await answerManifest(exchange, { repository, name });
  if (isUpload === undefined) return answerBlob(exchange, name as Digest);
  if (name === "") return beginUpload(exchange, { repository, ...settings });
  return await continueUpload(exchange, { repository, name, ...settings });
}

interface Named {
  readonly repository: string;
  readonly name: string;
}

async function answerManifest(
  { request, response, logged, registry: { manifests } }: FaultyExchange,
  { repository, name }: Named,
): Promise<void> {
  const key = `${repository}${name.startsWith("sha256:") ? "@" : ":"}${name}`;
  if (logged.method === "PUT") {
    const bytes = await readAll(request, logged);
    const mediaType = request.headers["content-type"]!;
    const digest = digestOf(bytes);
    manifests.set(key, { mediaType, bytes });
    manifests.set(`${repository}@${digest}`, { mediaType, bytes });
    response.writeHead(201, {
      location: `/v2/${repository}/manifests/${digest}`,
      "docker-content-digest": digest,
    });
    return void response.end();
  }
  const manifest = manifests.get(key);
  if (manifest === undefined) {
    return void response.writeHead(404).end(
      '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}',
    );
  }
  response.writeHead(200, {
    "content-type": manifest.mediaType,
    "content-length": String(manifest.bytes.length),
    "docker-content-digest": digestOf(manifest.bytes),
  });
  response.end(logged.method === "HEAD" ? undefined : manifest.bytes);
}

function answerBlob(
  { request, response, logged, registry: { blobs } }: FaultyExchange,
  digest: Digest,
): void {
  const blob = blobs.get(digest);
  if (blob === undefined) return void response.writeHead(404).end();
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const part = blob.subarray(start);
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    "content-length": String(part.length),
    ...(request.headers.range === undefined
      ? {}
      : { "content-range": `bytes ${start}-${blob.length - 1}/${blob.length}` }),
  });
  response.end(logged.method === "HEAD" ? undefined : part);
}

function beginUpload(
  { response, logged, registry }: FaultyExchange,
  { repository, leastChunk, location }: Settings & Pick<Named, "repository">,
): void {
  const mount = logged.query.get("mount") as Digest | null;
  if (mount !== null && logged.query.has("from") && registry.blobs.has(mount)) {
    return void response.writeHead(201, { location: `/v2/${repository}/blobs/${mount}` }).end();
  }
  const id = randomUUID();
  registry.uploads.set(id, new UploadedBytes());
  response.writeHead(202, {
    location: location(`/v2/${repository}/blobs/uploads/${id}`, registry),
    ...(leastChunk === undefined ? {} : { "oci-chunk-min-length": String(leastChunk) }),
  });
  response.end();
}

async function continueUpload(
  { request, response, logged, registry }: FaultyExchange,
  { repository, name: id, location, onReceived }: Settings & Named,
): Promise<void> {
  const { uploads } = registry;
  const upload = uploads.get(id);
  if (upload === undefined) {
    request.resume();
    return void response.writeHead(404).end('{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}');
  }
  const state = () => ({
    location: location(logged.path, registry),
    range: `0-${Math.max(upload.size - 1, 0)}`,
  });
  if (logged.method === "GET") return void response.writeHead(204, state()).end();
  if (logged.method === "DELETE") {
    uploads.delete(id);
    return void response.writeHead(204).end();
  }
  const start = /^(\d+)-\d+$/.exec(String(request.headers["content-range"] ?? ""))?.[1];
  if (start !== undefined && Number(start) !== upload.size) {
    request.resume();
    return void response.writeHead(416, state()).end();
  }
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    logged.received += chunk.length;
    upload.add(chunk);
    onReceived(registry.uploadedBytes());
  }
  if (logged.method === "PATCH") return void response.writeHead(202, state()).end();
  const whole = upload.bytes();
  uploads.delete(id);
  const digest = logged.query.get("digest");
  if (digest !== digestOf(whole)) {
    return void response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID"}]}');
  }
  registry.blobs.set(digest as Digest, whole);
  response.writeHead(201, { location: `/v2/${repository}/blobs/${digest}` }).end();
}

async function readAll(request: IncomingMessage, logged: LoggedRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    logged.received += chunk.length;
    chunks.push(chunk);
  }
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
