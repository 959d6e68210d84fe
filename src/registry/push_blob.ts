import { Failure } from "../failure/mod.ts";
import type { Descriptor } from "../oci/mod.ts";
import { askBlob } from "./ask_blob.ts";
import type { OpenBlob } from "./blob_cursor.ts";
import type { RegistryContext } from "./context.ts";
import { endpointOf, type Repository } from "./place.ts";
import type { Purpose } from "./registry_failure.ts";
import type { Scope } from "./scope.ts";
import { type Upload, uploadBlob } from "./upload.ts";
import { beginSession, resumeSession, type UploadSession } from "./upload_session.ts";

/** What became of a blob. */
export type PushedBlob =
  /** It was there. */
  | "exists"
  /** Another repository of the registry had it. */
  | "mounted"
  | "uploaded";

/** A blob to push. */
export interface BlobToPush {
  readonly descriptor: Pick<Descriptor, "digest" | "size">;
  /** Opens its bytes: only when they are to be sent. */
  readonly open: OpenBlob;
  /** Repositories that may have it; those of other registries are passed over. */
  readonly mountFrom?: readonly Repository[];
}

/** Options of {@linkcode pushBlob}. */
export interface PushBlobOptions {
  /** Named in errors. */
  readonly purpose: Purpose;
  /** Bytes of one request, at least 5 MiB; without it the registry decides. */
  readonly chunkSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of the blob have been sent in all. */
  readonly onSent?: (bytes: number) => void;
}

/**
 * Sees to it that a repository has a blob: asks for it, goes on with an upload that a former run
 * began, mounts it, or else sends it. What is on its way into another repository of the registry is
 * waited for, and mounted.
 */
export async function pushBlob(
  context: RegistryContext,
  repository: Repository,
  blob: BlobToPush & PushBlobOptions,
): Promise<PushedBlob> {
  const { mountFrom = [] } = blob;
  return await context.sent.after(
    repository,
    blob.descriptor.digest,
    (has) => pushAlone(context, repository, { ...blob, mountFrom: [...has, ...mountFrom] }),
  );
}

async function pushAlone(
  context: RegistryContext,
  repository: Repository,
  { descriptor, open, mountFrom = [], purpose, chunkSize, signal, onSent = () => {} }:
    & BlobToPush
    & PushBlobOptions,
): Promise<PushedBlob> {
  const { digest, size } = descriptor;
  const place = endpointOf(repository);
  const scopes: Scope[] = [{ repository: place.repository, actions: ["pull", "push"] }];
  const upload = { place, purpose, digest, size, open, scopes, chunkSize, signal, onSent };
  if (await askBlob(context, upload)) {
    await context.uploads.forget(upload); // Of a run that was killed before it could.
    return "exists";
  }
  // One process at a time: two of them in one session would spoil it, and the second has less to do.
  return await context.uploads.alone(upload, async (waited) => {
    if (waited && await askBlob(context, upload)) return "exists";
    const begun = await resumeSession(context, upload) ??
      await mount(context, { upload, repository, mountFrom });
    if (begun === "mounted") return begun;
    await uploadBlob(context, upload, begun);
    return "uploaded";
  }, { signal });
}

interface MountOptions {
  readonly upload: Upload;
  readonly repository: Repository;
  readonly mountFrom: readonly Repository[];
}

/** Tries to mount. Where a registry begins an upload instead, that is used. */
async function mount(
  context: RegistryContext,
  { upload, repository, mountFrom }: MountOptions,
): Promise<"mounted" | UploadSession | undefined> {
  let begun: UploadSession | undefined;
  for (const from of mountFrom) {
    if (from.registry !== repository.registry || from.repository === repository.repository) {
      continue;
    }
    try {
      const session = await beginSession(context, upload, endpointOf(from).repository);
      if (session === "mounted") return session;
      begun = session;
    } catch (error) {
      // No right to the other repository, or no such operation: the blob is sent.
      if (!(error instanceof Failure) || error.id === "base/registry-connection") throw error;
    }
  }
  return begun;
}
