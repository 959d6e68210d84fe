import { Failure } from "../failure/mod.ts";
import { askBlob, type AskedBlob } from "./ask_blob.ts";
import { BlobCursor, type OpenBlob } from "./blob_cursor.ts";
import type { RegistryContext } from "./context.ts";
import { type Interruption, UploadProgress } from "./upload_progress.ts";
import { sendRest } from "./upload_rest.ts";
import { askSession, beginSession, type UploadSession } from "./upload_session.ts";

/** A blob that a repository lacks. */
export interface Upload extends AskedBlob {
  readonly size: number;
  readonly open: OpenBlob;
  /** Bytes of one request; without it the whole blob, unless the registry wants less. */
  readonly chunkSize?: number | undefined;
  /** Told how many bytes of the blob have been sent in all; fewer than before after a fresh start. */
  readonly onSent: (bytes: number) => void;
}

/**
 * Sends a blob: in one request where the registry takes it, else in chunks. What was interrupted goes
 * on where the registry says it stands; where it does not say, or was wrong, a new session begins. It
 * gives up after some tries that brought it no further.
 */
export async function uploadBlob(
  context: RegistryContext,
  upload: Upload,
  begun?: UploadSession,
): Promise<void> {
  const cursor = new BlobCursor(upload.open, upload.size);
  const progress = new UploadProgress(upload.chunkSize);
  try {
    let session = begun ?? await begin(context, upload);
    for (;;) {
      const end = await sendRest(context, { upload, cursor, progress, session });
      if (end === "done") break;
      await giveUpOrPause(context, { upload, progress, interruption: end });
      // It may be there all the same: the last answer alone was lost.
      if (await askBlob(context, upload)) break;
      session = (end.anew ? undefined : await askSession(context, upload, end.session.address)) ??
        await begin(context, upload);
      upload.onSent(session.offset);
    }
    await context.uploads.forget(upload);
  } finally {
    await cursor.close();
  }
}

async function begin(context: RegistryContext, upload: Upload): Promise<UploadSession> {
  const session = await beginSession(context, upload);
  if (session === "mounted") throw new TypeError("nothing was to be mounted");
  return session;
}

/** @throws {Failure} of the interruption, when it was the last try. */
async function giveUpOrPause(
  { http }: RegistryContext,
  { upload, progress, interruption }: {
    readonly upload: Upload;
    readonly progress: UploadProgress;
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
