import { streamOf } from "../bytes/mod.ts";
import type { BlobOptions, BlobStore, Descriptor, Digest, Reference } from "../oci/mod.ts";
import { isIndexType, isManifestType } from "../oci/mod.ts";
import type { RegistryContext } from "./context.ts";
import { hasBlob, pullBlob } from "./pull_blob.ts";
import { pullManifest } from "./pull_manifest.ts";

/** The part of a blob store that reads. */
export type RemoteBlobs = Pick<BlobStore, "has" | "open">;

/** The blobs of a repository, manifests among them, read over HTTP. */
export class RegistryStore implements RemoteBlobs {
  readonly #context: RegistryContext;
  readonly #reference: Reference;

  constructor(context: RegistryContext, reference: Reference) {
    this.#context = context;
    this.#reference = reference;
  }

  has(digest: Digest, options: BlobOptions = {}): Promise<boolean> {
    return hasBlob(this.#context, this.#reference, { ...options, digest });
  }

  async open(
    descriptor: Descriptor,
    options: BlobOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const { mediaType, digest } = descriptor;
    if (!isManifestType(mediaType) && !isIndexType(mediaType)) {
      return pullBlob(this.#context, this.#reference, { ...options, descriptor });
    }
    const { registry, repository } = this.#reference;
    const { bytes } = await pullManifest(this.#context, { registry, repository, digest }, options);
    options.onProgress?.(bytes.length);
    return streamOf(bytes);
  }
}
