import { discardBody } from "../http/mod.ts";
import { isDigest } from "../oci/mod.ts";
import { askBlob } from "./ask_blob.ts";
import type { RegistryAnswer } from "./authorized.ts";
import type { RegistryContext } from "./context.ts";
import { registryFailure } from "./registry_failure.ts";
import type { Upload } from "./upload.ts";
import { sendChunk, type UploadTry } from "./upload_chunk.ts";
import { type Interruption, LEAST_PROGRESS } from "./upload_progress.ts";
import { nextAddress, receivedBytes, type UploadSession } from "./upload_session.ts";

/** Sends what the session lacks, all of it or chunk by chunk, and closes the session. */
export async function sendRest(
  context: RegistryContext,
  options: UploadTry,
): Promise<"done" | Interruption> {
  const { upload, progress } = options;
  let { session } = options;
  progress.reached(session);
  const { chunkSize = Infinity } = progress;
  const inChunks = upload.size > chunkSize;
  while (inChunks && session.offset < upload.size) {
    const count = Math.min(chunkSize, upload.size - session.offset);
    const sent = await sendChunk(context, { ...options, session, method: "PATCH", count });
    if ("reason" in sent) return sent;
    const next = await takeChunk(context, { answer: sent, upload, session, count });
    if ("reason" in next) return next;
    session = next;
    progress.reached(session);
    upload.onSent(session.offset);
  }
  const count = upload.size - session.offset;
  const last = await sendChunk(context, { ...options, session, method: "PUT", count });
  if ("reason" in last) return last;
  await discardBody(last);
  await requireBlob(context, { answer: last, upload });
  upload.onSent(upload.size);
  return "done";
}

interface ChunkOptions {
  readonly answer: RegistryAnswer;
  readonly upload: Upload;
  readonly session: UploadSession;
  readonly count: number;
}

/** What the registry says of a chunk that it took. Without a Range it is believed to have all of it. */
async function takeChunk(
  context: RegistryContext,
  { answer, upload, session, count }: ChunkOptions,
): Promise<UploadSession | Interruption> {
  await discardBody(answer);
  const expected = session.offset + count;
  const offset = receivedBytes(answer) ?? expected;
  const address = nextAddress(context, answer) ?? session.address;
  const next = { ...session, address, offset };
  const comesFurther = offset === expected || offset >= session.offset + LEAST_PROGRESS;
  if (comesFurther && offset <= expected) {
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

/** A registry that says another digest than ours, or anything but 201, must have ours too. */
async function requireBlob(
  context: RegistryContext,
  { answer, upload }: { readonly answer: RegistryAnswer; readonly upload: Upload },
): Promise<void> {
  const stored = answer.headers["docker-content-digest"];
  const isOther = isDigest(stored) && stored !== upload.digest;
  if (!isOther && answer.status === 201) return;
  if (await askBlob(context, upload)) return;
  const { place: { host }, url } = answer.asked;
  if (!isOther) {
    throw registryFailure("base/registry-answer", upload.purpose, {
      met: `registry ${host} answered ${answer.status} to PUT ${url.pathname}, but has not got it`,
      cure: "check the registry, and what is before it: a login page, or a proxy",
    });
  }
  throw registryFailure("base/registry-upload", upload.purpose, {
    met:
      `registry ${host} answered PUT ${url.pathname} with digest ${stored} where ${upload.digest} was sent`,
    cure: "the bytes were altered on the way or there, check what is between",
  });
}
