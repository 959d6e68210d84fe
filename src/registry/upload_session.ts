import { discardBody } from "../http/mod.ts";
import type { RegistryAnswer } from "./authorized.ts";
import type { Context } from "./context.ts";
import { refusal, registryFailure } from "./registry_failure.ts";
import type { Upload } from "./upload.ts";

/** An upload that a registry has begun. */
export interface UploadSession {
  /** Where its bytes go next. */
  readonly address: URL;
  /** How many bytes of the blob the registry has. */
  readonly offset: number;
  /** Whether a former connection, or a former run, had sent some of them. */
  readonly resumed: boolean;
  /** The least size of a chunk, where the registry wants chunks. */
  readonly leastChunk?: number;
}

/** Begins a session. `mounted` when the registry has the blob from the other repository now. */
export async function beginSession(
  context: Context,
  upload: Upload,
  mountFrom?: string,
): Promise<UploadSession | "mounted"> {
  const { place, purpose, digest, signal } = upload;
  const mount = mountFrom === undefined
    ? ""
    : `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(mountFrom)}`;
  const answer = await context.requests.send({
    method: "POST",
    place,
    purpose,
    target: `/v2/${place.repository}/blobs/uploads/${mount}`,
    scopes: [
      ...upload.scopes,
      ...(mountFrom === undefined
        ? []
        : [{ repository: mountFrom, actions: ["pull"] as ["pull"] }]),
    ],
    signal,
  });
  if (mountFrom !== undefined && answer.status === 201) {
    await discardBody(answer);
    return "mounted";
  }
  if (answer.status !== 202 && answer.status !== 201) throw await refusal(answer, answer.asked);
  const address = nextAddress(context, answer);
  await discardBody(answer);
  if (address === undefined) throw withoutLocation(answer);
  await context.uploads.save(upload, address);
  const leastChunk = Number(answer.headers["oci-chunk-min-length"] ?? NaN);
  return {
    address,
    offset: 0,
    resumed: false,
    ...(Number.isSafeInteger(leastChunk) && leastChunk > 0 ? { leastChunk } : {}),
  };
}

/**
 * Asks how far a session has come; `undefined` when the registry does not know it any more, or what
 * it says makes no sense.
 */
export async function askSession(
  context: Context,
  upload: Upload,
  address: URL,
): Promise<UploadSession | undefined> {
  const { place, purpose, size, signal } = upload;
  const answer = await context.requests.send({
    place,
    purpose,
    target: address,
    scopes: upload.scopes,
    signal,
  });
  await discardBody(answer);
  if (answer.status < 200 || answer.status > 299) return undefined;
  const offset = receivedBytes(answer);
  if (offset === undefined || offset > size) return undefined;
  const next = nextAddress(context, answer) ?? address;
  await context.uploads.save(upload, next);
  return { address: next, offset, resumed: true };
}

/** The session that a former run of the program left, where it is of use. */
export async function resumeSession(
  context: Context,
  upload: Upload,
): Promise<UploadSession | undefined> {
  const address = await context.uploads.load(upload);
  const session = address && await askSession(context, upload, address);
  return session !== undefined && session.offset > 0 ? session : undefined;
}

/** How many bytes a registry says it has: `Range: 0-41` are 42. Nothing yet is written `0-0`. */
export function receivedBytes(
  { headers }: Pick<RegistryAnswer, "headers">,
): number | undefined {
  const range = /^(?:bytes=)?0-(\d+)$/.exec(headers.range ?? "");
  if (range === null) return undefined;
  const last = Number(range[1]);
  return last === 0 ? 0 : last + 1;
}

/**
 * Where an upload goes on. An address on the registry's own host keeps to its protocol: registries
 * behind a proxy that ends TLS often write http. `undefined` when there is none.
 */
export function nextAddress({ http }: Context, answer: RegistryAnswer): URL | undefined {
  const { headers: { location }, asked, url } = answer;
  if (location === undefined) return undefined;
  const address = URL.parse(location, url);
  if (address === null || !/^https?:$/.test(address.protocol)) return undefined;
  address.username = address.password = "";
  if (asked.url.protocol === "https:" && address.protocol === "http:") {
    if (address.hostname === asked.url.hostname) {
      address.protocol = "https:";
      address.port = asked.url.port;
    } else if (!http.allowsPlain(address)) throw plainLocation(answer, address);
  }
  return address;
}

/** The address with the digest added, everything else as the registry wrote it. */
export function withDigest(address: URL, digest: string): URL {
  const closed = new URL(address);
  closed.search += `${closed.search === "" ? "?" : "&"}digest=${encodeURIComponent(digest)}`;
  return closed;
}

function withoutLocation({ asked: { place, url, purpose } }: RegistryAnswer) {
  return registryFailure("base/registry-answer", purpose, {
    met:
      `registry ${place.host} began an upload by POST ${url.pathname}, but named no address for it`,
    cure: "check the registry, and proxies before it that remove the Location header",
  });
}

function plainLocation({ asked: { place, purpose } }: RegistryAnswer, address: URL) {
  return registryFailure("base/registry-answer", purpose, {
    met: `registry ${place.host} sends uploads to ${address.host} without encryption`,
    cure: `allow it with --insecure-registry ${address.host}`,
  });
}
