import type { Descriptor } from "./descriptor.ts";
import type { Digest } from "./digest.ts";

/** Options of {@linkcode BlobStore} calls. */
export interface BlobOptions {
  readonly signal?: AbortSignal;
  /** Told the number of bytes of each chunk that passes. */
  readonly onProgress?: (bytes: number) => void;
  /** CRC-32 of each MiB of a blob that is read or copied: where they are right it need not be hashed. */
  readonly checksums?: readonly number[];
}

/** Where a blob's bytes lie in a file of this machine, for those who can read it faster than a stream. */
export interface BlobFile {
  readonly path: string;
  /** Of the first byte. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  /** Whether this process hashed the bytes when it wrote them, and nobody has touched them since. */
  readonly isFresh?: boolean;
  /** Whether nobody writes to the file as long as it is there, so that it may have other names. */
  readonly isReadOnly?: boolean;
}

/** Blobs by their digest: a layout folder, an archive, the cache, memory, a registry. */
export interface BlobStore {
  has(digest: Digest, options?: BlobOptions): Promise<boolean>;

  /**
   * The blob's bytes, verified while they are read: the stream fails at its end when size or digest
   * differ. @throws when there is no such blob.
   */
  open(descriptor: Descriptor, options?: BlobOptions): Promise<ReadableStream<Uint8Array>>;

  /** Stores the bytes and returns their name. Storing the same bytes twice is fine and returns the same descriptor. */
  put(
    bytes: ReadableStream<Uint8Array>,
    mediaType: string,
    options?: BlobOptions,
  ): Promise<Descriptor>;

  /**
   * Where the blob lies as plain bytes in a file, `undefined` when it does not. What is read there
   * is not verified: the reader must, unless it is fresh.
   */
  file?(digest: Digest): Promise<BlobFile | undefined>;
}
