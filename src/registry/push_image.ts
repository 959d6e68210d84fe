import { Failure } from "../failure/mod.ts";
import { discardBody } from "../http/mod.ts";
import {
  type Descriptor,
  type Digest,
  digestOf,
  formatReference,
  isDigest,
  type Reference,
  withDefaultTag,
} from "../oci/mod.ts";
import { concurrently } from "../bytes/mod.ts";
import type { RegistryAnswer } from "./authorized.ts";
import type { RegistryContext } from "./context.ts";
import { endpointOf, type Repository } from "./place.ts";
import { pullManifest } from "./pull_manifest.ts";
import { pushBlob, type PushedBlob } from "./push_blob.ts";
import { manifestPath } from "./manifest_request.ts";
import { type Purpose, refusal, registryFailure } from "./registry_failure.ts";
import type { RemoteBlobs } from "./registry_store.ts";

/** An image that can be pushed. */
export interface ImageToPush {
  readonly manifest: { readonly mediaType: string; readonly bytes: Uint8Array };
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Holds config and layers. A blob is opened only when it is to be sent. */
  readonly blobs: Pick<RemoteBlobs, "open">;
  /** Repositories that may have a layer: the base's. */
  readonly mountFrom?: readonly Repository[];
}

/** Options of {@linkcode pushImage}. */
export interface PushImageOptions {
  /** How many blobs at once, 4 by default. */
  readonly concurrency?: number;
  /** Bytes of one request, at least 5 MiB; without it the registry decides. */
  readonly chunkSize?: number;
  /** Blobs whose push to the first repository has begun. */
  readonly begun?: ReadonlyMap<Digest, Promise<PushedBlob>>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: PushProgress) => void;
}

/** How the push of one blob to one repository is getting on. */
export interface PushProgress {
  readonly repository: Repository;
  readonly descriptor: Descriptor;
  /** Sent to the repository so far, in bytes; fewer than before when an upload had to start anew. */
  readonly sent: number;
  /** Set when it is there. */
  readonly result?: PushedBlob;
}

/** An image that is in a registry now. */
export interface PushedImage {
  readonly reference: Reference;
  readonly digest: Digest;
}

/**
 * Pushes an image under each of the references, those without tag as `latest`: every blob once to a
 * repository, some at the same time, then the manifest, so that a tag never names what is not there.
 */
export async function pushImage(
  context: RegistryContext,
  references: readonly Reference[],
  { image, begun, ...options }: PushImageOptions & { readonly image: ImageToPush },
): Promise<readonly PushedImage[]> {
  const { manifest: { bytes } } = image;
  const tagged = references.map(withDefaultTag);
  const pushed: PushedImage[] = [];
  const done: Repository[] = [];
  for (const group of byRepository(tagged)) {
    const [first] = group;
    // A repository that has just been pushed to has every layer.
    const mountFrom = [...image.mountFrom ?? [], ...done];
    const known = done.length === 0 && begun !== undefined ? { begun } : {};
    await pushBlobs(context, first, { ...options, ...known, image: { ...image, mountFrom } });
    for (const reference of group) {
      await pushManifest(context, reference, { ...image.manifest, signal: options.signal });
      pushed.push({ reference, digest: digestOf(bytes) });
    }
    done.push(first);
  }
  return pushed;
}

/** Stores a manifest under a reference's tag, or its digest. The blobs that it names must be there. */
export async function pushManifest(
  context: RegistryContext,
  reference: Reference,
  manifest: ManifestToPush,
): Promise<Digest> {
  await putManifest(context, reference, manifest);
  return digestOf(manifest.bytes);
}

interface ManifestToPush {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/** The same; what the registry answered matters to some. Its body has been read. */
export async function putManifest(
  context: RegistryContext,
  reference: Reference,
  { mediaType, bytes, signal }: ManifestToPush,
): Promise<Pick<RegistryAnswer, "headers">> {
  const place = endpointOf(reference);
  const answer = await context.requests.send({
    method: "PUT",
    place,
    purpose: pushing(reference),
    target: manifestPath(place.repository, reference),
    scopes: [{ repository: place.repository, actions: ["pull", "push"] }],
    headers: { "content-type": mediaType },
    body: bytes,
    signal,
  });
  if (answer.status < 200 || answer.status > 299) throw await refusal(answer, answer.asked);
  await discardBody(answer);
  const digest = digestOf(bytes);
  if (answer.status !== 201) await requireManifest(context, reference, { digest, answer, signal });
  const stored = answer.headers["docker-content-digest"];
  if (isDigest(stored) && stored !== digest) {
    throw registryFailure("base/registry-upload", pushing(reference), {
      met:
        `registry ${place.host} answered ${answer.status} to PUT ${answer.asked.url.pathname} with digest ${stored} where ${digest} was sent`,
      cure: "the manifest was altered on the way or there, check what is between",
    });
  }
  return answer;
}

/** What is no 201 may be anybody's answer, such as a login page's: the manifest has to be there. */
async function requireManifest(
  context: RegistryContext,
  { registry, repository }: Reference,
  { digest, answer: { status, asked: { purpose, place, url } }, signal }: {
    readonly digest: Digest;
    readonly answer: RegistryAnswer;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  try {
    await pullManifest(context, { registry, repository, digest }, { purpose, signal });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw registryFailure("base/registry-answer", purpose, {
      met: `registry ${place.host} answered ${status} to PUT ${url.pathname}, but has not got it`,
      cure: "check the registry, and what is before it: a login page, or a proxy",
      cause: error,
    });
  }
}

function pushing(reference: Reference): Purpose {
  return { action: "push", subject: formatReference(reference) };
}

async function pushBlobs(
  context: RegistryContext,
  reference: Reference,
  { image, concurrency = 4, chunkSize, begun, signal, onProgress }:
    & PushImageOptions
    & { readonly image: ImageToPush },
): Promise<void> {
  const { config, layers, blobs, mountFrom = [] } = image;
  const { registry, repository } = reference;
  const unique = new Map([...layers, config].map((descriptor) => [descriptor.digest, descriptor]));
  await concurrently(
    [...unique.values()],
    { limit: concurrency, signal },
    async (descriptor, stop) => {
      const report = (sent: number, result?: PushedBlob) =>
        onProgress?.({
          repository: { registry, repository },
          descriptor,
          sent,
          ...(result === undefined ? {} : { result }),
        });
      const result = await begun?.get(descriptor.digest) ?? await pushBlob(context, reference, {
        descriptor,
        open: () => blobs.open(descriptor, { signal: stop }),
        mountFrom: descriptor === config ? [] : mountFrom,
        purpose: pushing(reference),
        chunkSize,
        signal: stop,
        onSent: report,
      });
      report(descriptor.size, result);
    },
  );
}

function byRepository(references: readonly Reference[]): readonly [Reference, ...Reference[]][] {
  const groups = new Map<string, [Reference, ...Reference[]]>();
  for (const reference of references) {
    const key = `${reference.registry}/${reference.repository}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [reference]);
    else group.push(reference);
  }
  return [...groups.values()];
}
