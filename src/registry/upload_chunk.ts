import { Failure } from "../failure/mod.ts";
import { HttpError } from "../http/mod.ts";
import type { RegistryAnswer } from "./authorized.ts";
import type { BlobCursor } from "./blob_cursor.ts";
import type { RegistryContext } from "./context.ts";
import { refusal } from "./registry_failure.ts";
import type { Upload } from "./upload.ts";
import type { Interruption, UploadProgress } from "./upload_progress.ts";
import { type UploadSession, withDigest } from "./upload_session.ts";

/** A try to send what an upload session lacks. */
export interface UploadTry {
  readonly upload: Upload;
  readonly cursor: BlobCursor;
  readonly progress: UploadProgress;
  readonly session: UploadSession;
}

/** One request of it. */
export interface Chunk extends UploadTry {
  /** PATCH adds to the session, PUT closes it too. */
  readonly method: "PATCH" | "PUT";
  /** In bytes, from the session's offset on. */
  readonly count: number;
}

/** A registry may read the whole blob again before it answers: bytes it surely reads in a millisecond. */
const REGISTRY_PACE = 10_000;
const PATIENCE_MS = 60_000;

/** Sends a chunk. A 2xx answer is returned, what may pass too, the rest is thrown. */
export async function sendChunk(
  context: RegistryContext,
  chunk: Chunk,
): Promise<RegistryAnswer | Interruption> {
  const { upload, session, method, count } = chunk;
  let answer: RegistryAnswer;
  try {
    answer = await context.requests.send({
      ...chunkRequest(chunk),
      place: upload.place,
      purpose: upload.purpose,
      target: method === "PUT" ? withDigest(session.address, upload.digest) : session.address,
      scopes: upload.scopes,
      tries: 1,
      repeatAfterLogin: false,
      responseTimeoutMs: PATIENCE_MS + (method === "PUT" ? upload.size : count) / REGISTRY_PACE,
      signal: upload.signal,
    });
  } catch (error) {
    if (!(error instanceof Failure) || !(error.cause instanceof HttpError)) throw error;
    if (!error.cause.mayPass) throw error;
    if (error.cause.trouble === "broken") chunk.progress.broke(count);
    return { session, reason: error.cause.message, anew: false, failure: error };
  }
  if (answer.status >= 200 && answer.status < 300) return answer;
  const { status, headers } = answer;
  const failure = await refusal(answer, answer.asked);
  const remedy = remedyFor(status, chunk);
  if (remedy === undefined) throw failure;
  return {
    session,
    reason: `status ${status}`,
    retryAfter: headers["retry-after"],
    anew: remedy === "anew",
    failure,
  };
}

function chunkRequest({ upload, cursor, session, method, count }: Chunk) {
  const { offset } = session;
  const whole = method === "PUT" && offset === 0;
  return {
    method,
    headers: {
      "content-type": "application/octet-stream",
      ...(whole || count === 0 ? {} : { "content-range": `${offset}-${offset + count - 1}` }),
    },
    body: {
      size: count,
      open: () => counted(cursor.read(offset, count), { offset, onSent: upload.onSent }),
    },
  };
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  { offset, onSent }: { readonly offset: number; readonly onSent: (bytes: number) => void },
): AsyncGenerator<Uint8Array> {
  let sent = offset;
  for await (const chunk of bytes) {
    yield chunk;
    sent += chunk.length;
    onSent(sent);
  }
}

/** How to go on after a status: in the same session, or in a new one. `undefined`: not at all. */
function remedyFor(
  status: number,
  { session, progress, count }: Chunk,
): "ask" | "anew" | undefined {
  switch (status) {
    case 401: // The token has been renewed.
    case 408:
    case 416:
    case 429:
      return "ask";
    case 404:
      return "anew";
    case 400: // What a former try had sent was not what the registry kept.
      return session.resumed ? "anew" : undefined;
    case 413:
      return progress.shrink(count) ? "anew" : undefined;
    default:
      return status >= 500 ? "ask" : undefined;
  }
}
