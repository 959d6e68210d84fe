import { Failure } from "../failure/mod.ts";
import { discardBody } from "../http/mod.ts";
import { formatReference, type Reference } from "../oci/mod.ts";
import type { AuthorizedRequest, RegistryAnswer } from "./authorized.ts";
import type { RegistryContext } from "./context.ts";
import { endpointOf } from "./place.ts";
import { type Purpose, refusal, registryFailure } from "./registry_failure.ts";
import type { Scope } from "./scope.ts";
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
  context: RegistryContext,
  upload: Upload,
  mountFrom?: string,
): Promise<UploadSession | "mounted"> {
  const { digest } = upload;
  const asked = mountFrom === undefined ? upload : {
    ...upload,
    query: `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(mountFrom)}`,
    scopes: [...upload.scopes, { repository: mountFrom, actions: ["pull"] as const }],
  };
  const { answer, address } = await openSession(context, asked);
  if (mountFrom !== undefined && answer.status === 201) return "mounted";
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
 * Whether a repository may be pushed to, asked as a push asks it: by a session that is begun, and
 * cancelled.
 *
 * @throws {Failure} when it may not.
 */
export async function askPush(
  context: RegistryContext,
  { reference, ...options }: PushQuestion,
): Promise<void> {
  const place = endpointOf(reference);
  const scopes: Scope[] = [{ repository: place.repository, actions: ["pull", "push"] }];
  const purpose: Purpose = { action: "push", subject: formatReference(reference) };
  const session = { ...options, place, purpose, scopes };
  const { answer, address } = await openSession(context, session);
  if (address === undefined) throw withoutLocation(answer);
  // Who names another host would have us send it a request that nobody needs.
  if (address.origin !== answer.asked.url.origin) return;
  try {
    await discardBody(
      await context.requests.send({ ...session, method: "DELETE", target: address, tries: 1 }),
    );
  } catch (error) {
    // It may be pushed to, all the same: registries forget what is not gone on with.
    if (!(error instanceof Failure)) throw error;
  }
}

/** Options of {@linkcode askPush}. */
export interface PushQuestion extends Pick<AuthorizedRequest, "tries" | "signal"> {
  readonly reference: Reference;
}

interface SessionRequest
  extends Pick<AuthorizedRequest, "place" | "purpose" | "scopes" | "tries" | "signal"> {
  readonly query?: string;
}

async function openSession(
  context: RegistryContext,
  { place, purpose, scopes, query = "", tries, signal }: SessionRequest,
): Promise<{ readonly answer: RegistryAnswer; readonly address: URL | undefined }> {
  const answer = await context.requests.send({
    method: "POST",
    place,
    purpose,
    target: `/v2/${place.repository}/blobs/uploads/${query}`,
    scopes,
    ...(tries === undefined ? {} : { tries }),
    signal,
  });
  // Some answer 200 or 201 where 202 is due: the address is what counts.
  if (answer.status < 200 || answer.status > 299) throw await refusal(answer, answer.asked);
  const address = nextAddress(context, answer);
  await discardBody(answer);
  return { answer, address };
}

/**
 * Asks how far a session has come; `undefined` when the registry does not know it any more, or what
 * it says makes no sense.
 */
export async function askSession(
  context: RegistryContext,
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
  context: RegistryContext,
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
export function nextAddress({ http }: RegistryContext, answer: RegistryAnswer): URL | undefined {
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

function withoutLocation({ status, asked: { place, url, purpose } }: RegistryAnswer) {
  return registryFailure("base/registry-answer", purpose, {
    met:
      `registry ${place.host} answered ${status} to POST ${url.pathname}, but named no address for the upload`,
    cure:
      "check the registry, and what is before it: a login page, or a proxy that removes Location",
  });
}

function plainLocation({ asked: { place, purpose } }: RegistryAnswer, address: URL) {
  return registryFailure("base/registry-answer", purpose, {
    met: `registry ${place.host} sends uploads to ${address.host} without encryption`,
    cure: `allow it with --insecure-registry ${address.host}`,
  });
}
