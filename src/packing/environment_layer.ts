import type { TarDirectory, TarEntry, TarOwner } from "../tar/mod.ts";
import { blobPath } from "./blob_path.ts";
import type { Content, ContentCheck, ContentPatch, Expected, StoredBytes } from "./content.ts";
import { EntryMaker } from "./entry_maker.ts";
import { FileLinks } from "./file_links.ts";
import { repack, type RepackedFile } from "./repack.ts";

/** What stands at a path of an environment. `content` is a file that is never restored. */
export const NODE_KINDS = { folder: 0, file: 1, symlink: 2, content: 3 } as const;

/**
 * One layer of an environment as data that a worker can be given. Lists with a value for each node or
 * content: they are cloned in a fraction of the time that objects take.
 */
export interface EnvironmentLayer {
  /** Folders above the environment and its library, outermost first. */
  readonly above: readonly TarDirectory[];
  readonly owner: TarOwner;
  readonly folderMode: number;
  /** The environment's own path in the image, for the names in errors. */
  readonly root: string;
  /** Where blobs go; none in an image without library. Paths as in tar entries. */
  readonly library: { readonly path: string; readonly folderMode: number } | undefined;
  readonly nodes: EnvironmentNodes;
  readonly contents: LayerContents;
  /** What relocated files get in the place of the stage's name. */
  readonly names: Pick<ContentPatch, "replaced" | "bytes">;
  /** What comes last: records of the environment. */
  readonly others: readonly LastEntry[];
}

/** An entry, or one that is made by who packs the layer. */
export type LastEntry = TarEntry<Content> | RepackedFile;

/** Folders before what is in them. */
export interface EnvironmentNodes {
  /** As in tar entries. */
  readonly paths: readonly string[];
  readonly kinds: Uint8Array;
  readonly modes: Uint16Array;
  /** Numbers of the layer's contents, of files. */
  readonly contents: Int32Array;
  /** Of symlinks, by the number of the node. */
  readonly targets: ReadonlyMap<number, string>;
}

/** Each content of a layer once. */
export interface LayerContents {
  readonly check: ContentCheckKind;
  /** Whether blobs are gzip or zstd, told by their magic. */
  readonly decode: boolean;
  readonly digests: readonly string[];
  /** In bytes, as in the environment. */
  readonly sizes: Float64Array;
  /** Offsets of the stage's name, of those that have some. */
  readonly rewrites: ReadonlyMap<number, readonly number[]>;
  /** Where the blobs are: see {@linkcode StoredBytes}. */
  readonly files: readonly string[];
  readonly offsets: Float64Array;
  readonly storedSizes: Float64Array;
  readonly unpackedSizes: Float64Array;
  /** 1 for those that a zip archive has packed. */
  readonly isDeflated: Uint8Array;
}

/** A check without its value. */
export type ContentCheckKind = ContentCheck extends infer Check
  ? Check extends ContentCheck ? Omit<Check, "hex"> : never
  : never;

/** What the content that was packed last turned out to be: the next entry may depend on it. */
export interface PackedContent {
  beginsAsGzip: boolean;
}

const OWNER_MAY_READ = 0o400;

/**
 * The layer's entries in the order of the tar: every file is followed by the library's blob of its
 * content. The blob is the same file under another name, but stays as it is stored where RCC could not
 * read it so: when it is relocated or empty, when its owner may not read it, or when it begins as
 * gzip does, which is known when the file has been packed.
 *
 * @param last Kept up to date by who packs the entries, one by one.
 * @param bytesOf Makes the files that are to be made; who packs nothing has no need of the right bytes.
 */
export function* environmentEntries(
  layer: EnvironmentLayer,
  last: Readonly<PackedContent>,
  bytesOf: (file: RepackedFile) => Uint8Array = repack,
): Generator<TarEntry<Content>> {
  const { above, owner, folderMode, nodes, library, others } = layer;
  yield* above;
  const make = new EntryMaker(owner);
  const contents = new ContentMaker(layer);
  const links = new FileLinks();
  const blobs = library && new BlobEntries(make, library);
  const seen = new Uint8Array(contents.count);
  for (const [node, path] of nodes.paths.entries()) {
    const kind = nodes.kinds[node]!;
    const content = nodes.contents[node]!;
    const mode = nodes.modes[node]!;
    if (kind === NODE_KINDS.folder) {
      yield make.folder(path, folderMode);
      continue;
    }
    if (kind === NODE_KINDS.symlink) {
      yield make.symlink(path, nodes.targets.get(node)!);
      continue;
    }
    if (kind === NODE_KINDS.file) {
      const equal = contents.isEmpty(content) ? undefined : links.add(content, { path, mode });
      if (equal !== undefined) {
        yield make.hardlink(path, equal.path, mode);
        continue;
      }
      yield make.file(path, contents.restored(content, path), mode);
    }
    if (blobs === undefined || seen[content] !== 0) continue;
    seen[content] = 1;
    const isRaw = kind === NODE_KINDS.file && contents.isAsStored(content) &&
      (contents.isRawLibrary || !last.beginsAsGzip) && (mode & OWNER_MAY_READ) !== 0;
    const place = yield* blobs.parentsOf(contents.digestOf(content));
    const link = isRaw ? links.add(content, { path, mode }) : undefined;
    if (link !== undefined) yield make.hardlink(place, link.path, mode);
    else yield make.file(place, contents.stored(content, path));
  }
  for (const other of others) {
    yield other.type === "repacked" ? make.bytes(other.path, bytesOf(other)) : other;
  }
}

/** Contents of a layer as those of entries. */
class ContentMaker {
  readonly #layer: EnvironmentLayer;

  constructor(layer: EnvironmentLayer) {
    this.#layer = layer;
  }

  get count(): number {
    return this.#layer.contents.digests.length;
  }

  get isRawLibrary(): boolean {
    return !this.#layer.contents.decode;
  }

  digestOf(content: number): string {
    return this.#layer.contents.digests[content]!;
  }

  isEmpty(content: number): boolean {
    return this.#layer.contents.sizes[content] === 0;
  }

  /** Whether a restore gives the very bytes that the library is to have. */
  isAsStored(content: number): boolean {
    return !this.isEmpty(content) && !this.#layer.contents.rewrites.has(content);
  }

  /** What a restore makes of it. */
  restored(content: number, path: string): Content {
    const { contents: { sizes, rewrites }, names } = this.#layer;
    const offsets = rewrites.get(content);
    return {
      kind: "decoded",
      name: this.#nameOf(path),
      stored: this.#storedBytes(content),
      size: sizes[content]!,
      expected: this.#expected(content),
      ...(offsets === undefined ? {} : { patch: { offsets, ...names } }),
    };
  }

  /** Its blob as the library keeps it. */
  stored(content: number, path: string): Content {
    const stored = this.#storedBytes(content);
    return {
      kind: "stored",
      name: this.#nameOf(path),
      stored,
      size: stored.unpackedSize,
      expected: this.#expected(content),
    };
  }

  #nameOf(path: string): string {
    const { root } = this.#layer;
    return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  }

  #expected(content: number): Expected {
    const { check, decode, digests, sizes } = this.#layer.contents;
    const size = sizes[content]!;
    return { size, check: { ...check, hex: digests[content]! } as ContentCheck, decode };
  }

  #storedBytes(content: number): StoredBytes {
    const { files, offsets, storedSizes, unpackedSizes, isDeflated } = this.#layer.contents;
    return {
      path: files[content]!,
      offset: offsets[content]!,
      size: storedSizes[content]!,
      packing: isDeflated[content] === 0 ? "none" : "deflate",
      unpackedSize: unpackedSizes[content]!,
    };
  }
}

/** The library's folders for blobs: each is stated before the first blob in it. */
class BlobEntries {
  readonly #make: EntryMaker;
  readonly #path: string;
  readonly #folderMode: number;
  readonly #stated = new Set<string>();

  constructor(
    make: EntryMaker,
    { path, folderMode }: NonNullable<EnvironmentLayer["library"]>,
  ) {
    this.#make = make;
    this.#path = path;
    this.#folderMode = folderMode;
  }

  /** @returns The blob's path. */
  *parentsOf(digest: string): Generator<TarEntry<Content>, string> {
    const place = blobPath(digest);
    const folder = place.slice(0, place.lastIndexOf("/"));
    if (!this.#stated.has(folder)) {
      for (let slash = folder.indexOf("/"); slash >= 0; slash = folder.indexOf("/", slash + 1)) {
        yield* this.#state(folder.slice(0, slash));
      }
      yield* this.#state(folder);
    }
    return `${this.#path}/${place}`;
  }

  *#state(folder: string): Generator<TarEntry<Content>> {
    if (this.#stated.has(folder)) return;
    this.#stated.add(folder);
    yield this.#make.folder(`${this.#path}/${folder}`, this.#folderMode);
  }
}
