import type { BlobFile, BlobOptions, Descriptor, Digest } from "../oci/mod.ts";
import type { BlobWriter } from "./blob_folder.ts";
import { BlobCache } from "./cache.ts";
import { MemoryStore } from "./memory_store.ts";

/**
 * A cache that is looked at and stays as it is: what would be kept in it is kept in memory instead.
 * For those who find out what a build would do.
 */
export class ReadOnlyCache extends BlobCache {
  readonly #blobs = new MemoryStore();
  /** By kind and key; nothing for what was forgotten. */
  readonly #facts = new Map<string, unknown>();

  override async has(digest: Digest): Promise<boolean> {
    return await this.#blobs.has(digest) || await super.has(digest);
  }

  override async open(
    descriptor: Descriptor,
    options: BlobOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const isOurs = await this.#blobs.has(descriptor.digest);
    return await (isOurs ? this.#blobs.open(descriptor, options) : super.open(descriptor, options));
  }

  override async file(digest: Digest): Promise<BlobFile | undefined> {
    return await this.#blobs.has(digest) ? undefined : await super.file(digest);
  }

  override put(
    bytes: ReadableStream<Uint8Array>,
    mediaType: string,
    options: BlobOptions = {},
  ): Promise<Descriptor> {
    return this.#blobs.put(bytes, mediaType, options);
  }

  override begin(): Promise<BlobWriter> {
    return Promise.reject(new TypeError("failed to write a blob: this cache is only looked at"));
  }

  override addFile(): Promise<void> {
    return Promise.reject(new TypeError("failed to add a blob: this cache is only looked at"));
  }

  override async readFact(kind: string, key: string): Promise<unknown> {
    const name = `${kind}/${key}`;
    return this.#facts.has(name) ? this.#facts.get(name) : await super.readFact(kind, key);
  }

  override writeFact(kind: string, key: string, value: unknown): Promise<void> {
    this.#facts.set(`${kind}/${key}`, value);
    return Promise.resolve();
  }

  override removeFact(kind: string, key: string): Promise<void> {
    this.#facts.set(`${kind}/${key}`, undefined);
    return Promise.resolve();
  }

  override sweep(): Promise<void> {
    return Promise.resolve();
  }

  protected override noteUse(): Promise<void> {
    return Promise.resolve();
  }

  protected override remove(): Promise<void> {
    return Promise.resolve();
  }
}
