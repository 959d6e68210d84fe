import { Failure } from "../failure/mod.ts";
import { discardBody, HttpError } from "../http/mod.ts";
import { type Digest, isDigest } from "../oci/mod.ts";
import type { RegistryAnswer } from "./authorized.ts";
import { BlobCursor, type OpenBlob } from "./blob_cursor.ts";
import type { Context } from "./context.ts";
import { blobPath } from "./pull_blob.ts";
import type { Place } from "./place.ts";
import { type Purpose, refusal, registryFailure } from "./registry_failure.ts";
import type { Scope } from "./scope.ts";
import {
  askSession,
  beginSession,
  nextAddress,
  receivedBytes,
  type UploadSession,
  withDigest,
} from "./upload_session.ts";

/** A blob that a repository lacks. */
export interface Upload {
  readonly place: Place;
  readonly purpose: Purpose;
  readonly digest: Digest;
  readonly size: number;
  readonly open: OpenBlob;
  readonly scopes: readonly Scope[];
  /** Bytes of one request; without it the whole blob, unless the registry wants less. */
  readonly chunkSize?: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Told how many bytes of the blob have been sent in all; fewer than before after a fresh start. */
  readonly onSent: (bytes: number) => void;
}

/** No registry wants smaller chunks, and some storages take none. */
const LEAST_CHUNK = 5 * 1024 * 1024;
/** What is tried when something before a registry refuses a body for its size. */
const SMALLER_CHUNK = 64 * 1024 * 1024;
/** A registry may read the whole blob again before it answers: bytes it surely reads in a millisecond. */
const REGISTRY_PACE = 10_000;
const PATIENCE_MS = 60_000;

/**
 * Sends a blob: in one request where the registry takes it, else in chunks. What was interrupted goes
 * on where the registry says it stands; where it does not say, or was wrong, a new session begins. It gives up after some tries that did not bring it further.
 */
export async function uploadBlob(
  context: Context,
  upload: Upload,
  begun?: UploadSession,
): Promise<void> {
  const cursor = new BlobCursor(upload.open, upload.size);
  const progress: Progress = { furthest: 0, failures: 0, chunkSize: upload.chunkSize };
  try {
    let session = begun ?? await begin(context, upload);
    for (;;) {
      const end = await sendRest(context, { upload, cursor, progress, session });
      if (end === "done") break;
      await giveUpOrPause(context, { upload, progress, interruption: end });
      if (await isThere(context, upload)) break;
      session = (end.anew ? undefined : await askSession(context, upload, end.session.address)) ??
        await begin(context, upload);
      upload.onSent(session.offset);
    }
    await context.uploads.forget(upload);
  } finally {
    await cursor.close();
  }
}

/** How the upload is getting on, over all its tries. */
interface Progress {
  /** The most bytes that the registry was known to have. */
  furthest: number;
  /** Since it last came further. */
  failures: number;
  chunkSize: number | undefined;
}

/** What ended a try before the blob was there. */
interface Interruption {
  readonly session: UploadSession;
  /** In words. */
  readonly reason: string;
  readonly retryAfter?: string | undefined;
  /** Whether the session is of no more use. */
  readonly anew: boolean;
  /** What is thrown when it was the last try. */
  readonly failure: Failure;
}

async function begin(context: Context, upload: Upload): Promise<UploadSession> {
  const session = await beginSession(context, upload);
  if (session === "mounted") throw new TypeError("nothing was to be mounted");
  return session;
}

interface SendOptions {
  readonly upload: Upload;
  readonly cursor: BlobCursor;
  readonly progress: Progress;
  readonly session: UploadSession;
}

/** Sends what the session lacks, and closes it. */
async function sendRest(
  context: Context,
  options: SendOptions,
): Promise<"done" | Interruption> {
  const { upload, progress } = options;
  let { session } = options;
  noteProgress(progress, session.offset);
  const chunk = chunkSizeFor(session, progress);
  const pieces = chunk !== undefined && (upload.size > chunk || session.offset > 0);
  while (pieces && session.offset < upload.size) {
    const count = Math.min(chunk, upload.size - session.offset);
    const sent = await send(context, { ...options, session, method: "PATCH", count });
    if ("reason" in sent) return sent;
    const next = await takeChunk(context, { answer: sent, upload, session, count });
    if ("reason" in next) return next;
    session = next;
    noteProgress(progress, session.offset);
    upload.onSent(session.offset);
  }
  const count = upload.size - session.offset;
  const last = await send(context, { ...options, session, method: "PUT", count });
  if ("reason" in last) return last;
  await discardBody(last);
  await requireSameDigest(context, { answer: last, upload });
  upload.onSent(upload.size);
  return "done";
}

function noteProgress(progress: Progress, offset: number): void {
  if (offset <= progress.furthest) return;
  progress.furthest = offset;
  progress.failures = 0;
}

function chunkSizeFor(
  { leastChunk }: UploadSession,
  { chunkSize }: Progress,
): number | undefined {
  if (chunkSize === undefined && leastChunk === undefined) return undefined;
  return Math.max(chunkSize ?? 0, leastChunk ?? 0, LEAST_CHUNK);
}

interface SendRequest extends SendOptions {
  readonly method: "PATCH" | "PUT";
  readonly count: number;
}

/** One request with a part of the blob. A 2xx answer is returned, what may be mended too, the rest thrown. */
async function send(
  context: Context,
  { upload, cursor, progress, session, method, count }: SendRequest,
): Promise<RegistryAnswer | Interruption> {
  const { place, purpose, digest, signal, onSent } = upload;
  const { offset, address } = session;
  const whole = method === "PUT" && offset === 0;
  const interrupted = (reason: string, failure: Failure, more: Partial<Interruption> = {}) => (
    { session, reason, failure, anew: false, ...more }
  );
  let answer: RegistryAnswer;
  try {
    answer = await context.requests.send({
      method,
      place,
      purpose,
      target: method === "PUT" ? withDigest(address, digest) : address,
      scopes: upload.scopes,
      headers: {
        "content-type": "application/octet-stream",
        ...(whole || count === 0 ? {} : { "content-range": `${offset}-${offset + count - 1}` }),
      },
      body: { size: count, open: () => counted(cursor.read(offset, count), offset, onSent) },
      tries: 1,
      repeatAfterLogin: false,
      answerMs: PATIENCE_MS + (method === "PUT" ? upload.size : count) / REGISTRY_PACE,
      signal,
    });
  } catch (error) {
    if (!(error instanceof Failure) || !(error.cause instanceof HttpError)) throw error;
    if (!error.cause.mayPass) throw error;
    return interrupted(error.cause.message, error);
  }
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return answer;
  const failure = await refusal(answer, answer.asked);
  const reason = `status ${status}`;
  const again = { retryAfter: headers["retry-after"] };
  // The token has been renewed, or the host is one that sees none.
  if (status === 401) return interrupted(reason, failure);
  if (status === 404) return interrupted(reason, failure, { anew: true });
  if (status === 416) return interrupted(reason, failure);
  if (status === 400 && session.resumed) return interrupted(reason, failure, { anew: true });
  if (status === 413 && shrink(progress, { session, count })) {
    return interrupted(reason, failure, { anew: true });
  }
  if (status === 408 || status === 429 || status >= 500) return interrupted(reason, failure, again);
  throw failure;
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  offset: number,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let sent = offset;
  for await (const chunk of bytes) {
    yield chunk;
    sent += chunk.length;
    onSent(sent);
  }
}

/** Goes on with smaller chunks. False: they are as small as can be. */
function shrink(
  progress: Progress,
  { session, count }: { readonly session: UploadSession; readonly count: number },
): boolean {
  const least = Math.max(session.leastChunk ?? 0, LEAST_CHUNK);
  if (count <= least) return false;
  progress.chunkSize = Math.max(least, Math.min(SMALLER_CHUNK, Math.floor(count / 4)));
  return true;
}

interface ChunkOptions {
  readonly answer: RegistryAnswer;
  readonly upload: Upload;
  readonly session: UploadSession;
  readonly count: number;
}

/** What the registry says of a chunk that it took. Without a Range it is believed to have all of it. */
async function takeChunk(
  context: Context,
  { answer, upload, session, count }: ChunkOptions,
): Promise<UploadSession | Interruption> {
  await discardBody(answer);
  const expected = session.offset + count;
  const offset = receivedBytes(answer) ?? expected;
  const address = nextAddress(context, answer) ?? session.address;
  const next = { ...session, address, offset };
  if (offset > session.offset && offset <= expected) {
    await context.uploads.save(upload, address);
    return next;
  }
  const { place: { host }, url } = answer.asked;
  return {
    session: next,
    reason: `it has ${offset} bytes where ${expected} were sent`,
    anew: offset > expected,
    failure: registryFailure("base/registry-upload", upload.purpose, {
      met:
        `registry ${host} answered ${answer.status} to PATCH ${url.pathname}, but stays at ${offset} of ${upload.size} bytes`,
      cure: "try again later, or without --chunk-size",
    }),
  };
}

/** A registry that says another digest than ours must have ours too. */
async function requireSameDigest(
  context: Context,
  { answer, upload }: { readonly answer: RegistryAnswer; readonly upload: Upload },
): Promise<void> {
  const stored = answer.headers["docker-content-digest"];
  if (!isDigest(stored) || stored === upload.digest) return;
  if (await isThere(context, upload)) return;
  const { place: { host }, url } = answer.asked;
  throw registryFailure("base/registry-upload", upload.purpose, {
    met:
      `registry ${host} answered PUT ${url.pathname} with digest ${stored} where ${upload.digest} was sent`,
    cure: "the bytes were altered on the way or there, check what is between",
  });
}

/** @throws {Failure} of the interruption, when it was the last try. */
async function giveUpOrPause(
  { http }: Context,
  { upload, progress, interruption }: {
    readonly upload: Upload;
    readonly progress: Progress;
    readonly interruption: Interruption;
  },
): Promise<void> {
  const { failure, reason, retryAfter, session } = interruption;
  const failedTry = ++progress.failures;
  if (failedTry >= http.tries) {
    throw new Failure(failure.id, `${failure.message} (${failedTry} tries)`, {
      cause: failure,
      details: [
        `${progress.furthest} of ${upload.size} bytes of ${upload.digest} had arrived`,
        ...failure.details,
      ],
    });
  }
  const { signal } = upload;
  await http.pause({ method: "PUT", url: session.address, reason, failedTry, retryAfter, signal });
}

/**
 * Whether the repository has the blob. After an interruption it may: the last answer alone was lost.
 *
 * @throws {Failure} when the registry does not say.
 */
export async function isThere(context: Context, upload: Upload): Promise<boolean> {
  const { place, purpose, digest, scopes, signal } = upload;
  const answer = await context.requests.send({
    method: "HEAD",
    place,
    purpose,
    target: blobPath(place.repository, digest),
    scopes,
    signal,
  });
  if (answer.status !== 200 && answer.status !== 404) throw await refusal(answer, answer.asked);
  await discardBody(answer);
  return answer.status === 200;
}
