import { concat, streamOf } from "../bytes/mod.ts";
import {
  type BlobOptions,
  type BlobStore,
  type Descriptor,
  type Digest,
  digestOf,
} from "../oci/mod.ts";
import { MissingBlobError } from "./missing_blob.ts";
import { verified, watched } from "./verified.ts";

/** Blobs in memory: for manifests and configs that are made here, and for tests. */
export class MemoryStore implements BlobStore {
  readonly #blobs = new Map<Digest, Uint8Array>();

  /** Stores bytes that are at hand and returns their name. */
  add(bytes: Uint8Array, mediaType: string): Descriptor {
    const digest = digestOf(bytes);
    this.#blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  has(digest: Digest): Promise<boolean> {
    return Promise.resolve(this.#blobs.has(digest));
  }

  open(descriptor: Descriptor, options: BlobOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const bytes = this.#blobs.get(descriptor.digest);
    if (bytes === undefined) return Promise.reject(new MissingBlobError(descriptor.digest));
    return Promise.resolve(verified(streamOf(bytes), descriptor, options));
  }

  async put(
    bytes: ReadableStream<Uint8Array>,
    mediaType: string,
    options: BlobOptions = {},
  ): Promise<Descriptor> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of watched(bytes, options)) chunks.push(chunk);
    return this.add(concat(chunks), mediaType);
  }
}
