import { dirname, join } from "node:path/posix";
import { collect } from "../bytes/mod.ts";
import { openFileStream } from "../files/mod.ts";
import {
  type BlobFile,
  type BlobOptions,
  type BlobStore,
  type Descriptor,
  type Digest,
  isDigest,
} from "../oci/mod.ts";
import { readTar } from "../tar/mod.ts";
import { MissingBlobError } from "./missing_blob.ts";
import { verifiedChunks } from "./verified_chunks.ts";

const MOST_LINKS = 40;

/** The files of a tar archive that is not packed, each with its place, read without unpacking. */
export class Archive {
  readonly path: string;
  readonly #entries: ReadonlyMap<string, BlobFile | Link>;

  private constructor(path: string, entries: ReadonlyMap<string, BlobFile | Link>) {
    this.path = path;
    this.#entries = entries;
  }

  /** Reads the archive's headers. @throws {SyntaxError} when it is no tar archive. */
  static async open(
    path: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Archive> {
    const entries = new Map<string, BlobFile | Link>();
    for await (
      const member of readTar(await openFileStream(path), signal === undefined ? {} : { signal })
    ) {
      if (member.type === "file") {
        if (member.isSparse) throw notInPlace(member.path);
        entries.set(member.path, { path, offset: member.offset, size: member.size });
      } else if (member.type === "symlink") {
        entries.set(member.path, { link: join("/", dirname(member.path), member.target).slice(1) });
      } else if (member.type === "hardlink") {
        entries.set(member.path, { link: member.target });
      }
    }
    return new Archive(path, entries);
  }

  /** The paths of all files and links, in their order. */
  get names(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Where a file lies; `docker save` writes links for layers that are equal. */
  file(name: string): BlobFile | undefined {
    let entry = this.#entries.get(name);
    for (let links = 0; entry !== undefined && "link" in entry; links++) {
      if (links === MOST_LINKS) return undefined;
      entry = this.#entries.get(entry.link);
    }
    return entry;
  }

  /**
   * A small file's bytes, `undefined` when there is none of that name.
   * @throws {RangeError} when there are more than `limit`.
   */
  async read(name: string, limit: number): Promise<Uint8Array | undefined> {
    return this.file(name) && await collect(await this.open(name), limit);
  }

  /** A file's bytes. @throws {SyntaxError} when there is none of that name. */
  async open(name: string): Promise<ReadableStream<Uint8Array>> {
    const file = this.file(name);
    if (file === undefined) throw new SyntaxError(`expected a file "${name}" in the archive`);
    return await openFileStream(file.path, file);
  }

  /** The files that an OCI image layout keeps its blobs in. */
  blobs(): ReadonlyMap<Digest, BlobFile> {
    const blobs = new Map<Digest, BlobFile>();
    for (const name of this.names) {
      const match = /^blobs\/sha256\/([^/]+)$/.exec(name);
      const digest = match && `sha256:${match[1]}`;
      const file = this.file(name);
      if (file !== undefined && isDigest(digest)) blobs.set(digest, file);
    }
    return blobs;
  }
}

/** Files are read where they lie, and one with holes does not lie there whole. */
function notInPlace(name: string): SyntaxError {
  return new SyntaxError(
    `expected no sparse file, found "${name}", pack it again without --sparse`,
  );
}

interface Link {
  readonly link: string;
}

/** Blobs that lie somewhere in files, those of an archive for one. Nothing can be put there. */
export class ArchiveStore implements BlobStore {
  readonly #blobs: ReadonlyMap<Digest, BlobFile>;

  constructor(blobs: ReadonlyMap<Digest, BlobFile>) {
    this.#blobs = blobs;
  }

  has(digest: Digest): Promise<boolean> {
    return Promise.resolve(this.#blobs.has(digest));
  }

  open(
    descriptor: Descriptor,
    options: BlobOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const file = this.#blobs.get(descriptor.digest);
    return file === undefined
      ? Promise.reject(new MissingBlobError(descriptor.digest))
      : Promise.resolve(ReadableStream.from(verifiedChunks(file, descriptor, options)));
  }

  put(): Promise<Descriptor> {
    return Promise.reject(new TypeError("expected a place that can be written, found an archive"));
  }

  file(digest: Digest): Promise<BlobFile | undefined> {
    return Promise.resolve(this.#blobs.get(digest));
  }
}
