import { join } from "node:path";
import type { HttpClient } from "../http/mod.ts";
import type { BlobOptions, Descriptor, Digest, Reference } from "../oci/mod.ts";
import { askManifest } from "./ask_manifest.ts";
import { createAuthorizedRequests } from "./authorized.ts";
import { BlobsSent } from "./blobs_sent.ts";
import type { RegistryContext } from "./context.ts";
import { findReferrers } from "./find_referrers.ts";
import { ANONYMOUS, type Credentials } from "./credential.ts";
import type { PullOptions } from "./manifest_request.ts";
import type { Mirror, Repository } from "./place.ts";
import { hasBlob, pullBlob } from "./pull_blob.ts";
import { type PulledImage, pullImage } from "./pull_image.ts";
import { type PulledManifest, pullManifest } from "./pull_manifest.ts";
import { type BlobToPush, pushBlob, type PushBlobOptions, type PushedBlob } from "./push_blob.ts";
import {
  type ImageToPush,
  type PushedImage,
  pushImage,
  type PushImageOptions,
  pushManifest,
} from "./push_image.ts";
import { pushReferrer, type ReferrerToPush } from "./push_referrer.ts";
import { RegistryStore, type RemoteBlobs } from "./registry_store.ts";
import { askPush, type PushQuestion } from "./upload_session.ts";
import { NO_UPLOAD_STATES, uploadStatesIn } from "./upload_state.ts";

/** Pulls from registries and pushes to them. Whatever goes wrong is a `Failure` of the kind `base`. */
export interface RegistryClient {
  /** What the reference names; of an index the image for linux/amd64 in it, and the index. */
  pullImage(reference: Reference, options?: PullOptions): Promise<PulledImage>;
  /** What the reference names, an image or an index. */
  pullManifest(reference: Reference, options?: PullOptions): Promise<PulledManifest>;
  /** Asks by HEAD what a tag names now; `undefined` when the registry does not say. */
  askManifest(reference: Reference, options?: PullOptions): Promise<Descriptor | undefined>;
  /** Asks whether the repository may be pushed to. @throws {Failure} when it may not. */
  askPush(question: PushQuestion): Promise<void>;
  /** Whether the repository has the blob. */
  hasBlob(repository: Repository, digest: Digest, options?: BlobOptions): Promise<boolean>;
  /** The blob's bytes, verified while read, and asked for again by Range after a break. */
  pullBlob(
    repository: Repository,
    descriptor: Descriptor,
    options?: BlobOptions,
  ): ReadableStream<Uint8Array>;
  /** The blobs and manifests of a repository as a store that can be read. */
  store(repository: Repository): RemoteBlobs;
  /** Sees to it that the repository has the blob. */
  pushBlob(repository: Repository, blob: BlobToPush & PushBlobOptions): Promise<PushedBlob>;
  /** Stores a manifest whose blobs are there. */
  pushManifest(
    reference: Reference,
    manifest: { readonly mediaType: string; readonly bytes: Uint8Array } & PullOptions,
  ): Promise<Digest>;
  /** Pushes an image with all its blobs, under every reference. */
  pushImage(
    image: ImageToPush,
    references: readonly Reference[],
    options?: PushImageOptions,
  ): Promise<readonly PushedImage[]>;
  /** Attaches a document to an image that is there. @param subject The image's manifest. */
  pushReferrer(
    repository: Repository,
    subject: Descriptor,
    referrer: ReferrerToPush,
    options?: PullOptions,
  ): Promise<Digest>;
  /** The documents that are attached to an image. */
  findReferrers(
    repository: Repository,
    digest: Digest,
    options?: PullOptions,
  ): Promise<readonly Descriptor[]>;
}

/** Options of {@linkcode createRegistryClient}. */
export interface RegistryClientOptions {
  readonly http: HttpClient;
  /** Anonymous without. */
  readonly credentials?: Credentials;
  /** Where uploads that are cut are remembered, in a folder `uploads`; without it they are not. */
  readonly cacheDirectory?: string;
  /** Asked before the registry itself, for pulls alone. */
  readonly mirrors?: readonly Mirror[];
}

export function createRegistryClient(
  { http, credentials = ANONYMOUS, cacheDirectory, mirrors = [] }: RegistryClientOptions,
): RegistryClient {
  const context: RegistryContext = {
    http,
    requests: createAuthorizedRequests({ http, credentials }),
    mirrors,
    sent: new BlobsSent(),
    uploads: cacheDirectory === undefined
      ? NO_UPLOAD_STATES
      : uploadStatesIn(join(cacheDirectory, "uploads"), () => http.clock.now()),
  };
  return {
    pullImage: (reference, options) => pullImage(context, reference, options),
    pullManifest: (reference, options) => pullManifest(context, reference, options),
    askManifest: (reference, options) => askManifest(context, reference, options),
    askPush: (question) => askPush(context, question),
    hasBlob: (repository, digest, options) => hasBlob(context, repository, { ...options, digest }),
    pullBlob: (repository, descriptor, options) =>
      pullBlob(context, repository, { ...options, descriptor }),
    store: (repository) => new RegistryStore(context, repository),
    pushBlob: (repository, blob) => pushBlob(context, repository, blob),
    pushManifest: (reference, manifest) => pushManifest(context, reference, manifest),
    pushImage: (image, references, options) =>
      pushImage(context, references, { ...options, image }),
    pushReferrer: (repository, subject, referrer, options) =>
      pushReferrer(context, repository, { ...options, subject, referrer }),
    findReferrers: (repository, digest, options) =>
      findReferrers(context, repository, { ...options, digest }),
  };
}
