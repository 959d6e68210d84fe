import type { Content } from "../compression/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { blobPath } from "./blob.ts";
import { catalogFileName } from "./catalog_name.ts";
import { nodePath } from "./catalog_tree.ts";
import { infoOf } from "./encode_catalog.ts";
import { type EntryMaker, entryPath } from "./entry_maker.ts";
import type { FileLinks } from "./file_links.ts";
import { homeIdentity } from "./names.ts";
import type { SpaceContent } from "./space_content.ts";
import type { SpaceLayout } from "./space_layout.ts";
import type { SpaceSource } from "./space_source.ts";
import { catalogDigests } from "./walk_catalog.ts";

const PRIVATE_FOLDER_MODE = 0o750;
const SHARED_FOLDER_MODE = 0o777;

/** Options of {@linkcode libraryEntries}. */
export interface LibraryEntriesOptions {
  readonly layout: SpaceLayout;
  /** The value of `HOME` in the container. */
  readonly home: string;
  readonly make: EntryMaker;
  readonly content: SpaceContent;
  /** The restored files. */
  readonly links: FileLinks;
}

/**
 * The library with its catalog and every blob that RCC looks for. A blob is the restored file itself
 * under another name, but stays as it was stored where RCC could not read it so: when it is
 * relocated, empty, a link's target alone, or begins as gzip does.
 */
export function* libraryEntries(
  source: SpaceSource,
  { layout, home, make, content: contentOf, links }: LibraryEntriesOptions,
): Generator<TarEntry<Content>> {
  const mode = layout.shared ? SHARED_FOLDER_MODE : PRIVATE_FOLDER_MODE;
  const { catalog } = source;
  const { tree, contents } = catalog;
  const hololib = entryPath(layout.hololib);
  const root = entryPath(layout.folder);
  const catalogPath = `${hololib}/catalog/${catalogFileName(catalog.blueprint)}`;
  for (const name of ["", "/catalog", "/library", "/pids", "/used"]) {
    yield make.folder(`${hololib}${name}`, mode);
  }
  yield make.bytes(catalogPath, source.catalogFile);
  yield make.bytes(`${catalogPath}.info`, source.infoFile ?? infoOf(catalog, catalog));
  if (catalog.blobMode === "raw") {
    yield make.bytes(`${hololib}/catalog/compress.no`, new Uint8Array());
  }
  if (layout.shared) yield* initMarker(layout, { home, make, mode });
  const library = `${hololib}/library/`;
  const folders = new BlobFolders();
  for (const { content, digest, node, path } of catalogDigests(catalog)) {
    const place = `${hololib}/${blobPath(digest)}`;
    for (let depth = folders.add(digest); depth < BLOB_DEPTH; depth++) {
      const end = library.length + depth * (DIGITS + 1) + DIGITS;
      yield make.folder(place.slice(0, end), mode);
    }
    const isRelocated = contents.rewriteOf(content).length > 0;
    const isRaw = !isRelocated && !source.gzipContent.has(content);
    const restored = isRaw ? links.find(content) : undefined;
    if (restored === undefined) {
      yield make.file(place, contentOf.stored(content, path));
    } else if (restored.isFull) {
      yield make.file(place, contentOf.restored(content, path), restored.file.mode);
    } else {
      const { file } = restored;
      const target = file.node === node ? path : nodePath(tree, file.node);
      yield make.hardlink(place, `${root}/${target}`, file.mode);
    }
  }
}

/** Options of {@linkcode initMarker}. */
export interface InitMarkerOptions {
  /** The value of `HOME` in the container. */
  readonly home: string;
  readonly make: EntryMaker;
  /** Of its folder. */
  readonly mode: number;
}

/** An empty file that tells RCC that this HOME has the shared holotree switched on. */
export function* initMarker(
  { hololib }: SpaceLayout,
  { home, make, mode }: InitMarkerOptions,
): Generator<TarEntry<Content>> {
  yield make.folder(`${hololib}/catalog/init`, mode);
  yield make.bytes(`${hololib}/catalog/init/${homeIdentity(home)}`, new Uint8Array());
}

/** The library's folders for blobs stand three in one another, by two digits each. */
const BLOB_DEPTH = 3;
const DIGITS = 2;

/** Which folders for blobs there are so far. */
class BlobFolders {
  /** A bit for each that has been met, for each depth. */
  readonly #met = [1, 2, 3].map((depth) => new Uint8Array(Math.ceil(256 ** depth / 8)));

  /** Adds those of a blob. @returns The depth of the first that is new: all below it are new too. */
  add(digest: string): number {
    let first = BLOB_DEPTH;
    const deepest = parseInt(digest.slice(0, DIGITS * BLOB_DEPTH), 16);
    for (let depth = BLOB_DEPTH - 1; depth >= 0; depth--) {
      const number = deepest >>> 8 * (BLOB_DEPTH - 1 - depth);
      const met = this.#met[depth]!;
      const bit = 1 << (number & 7);
      if ((met[number >> 3]! & bit) !== 0) break;
      met[number >> 3]! |= bit;
      first = depth;
    }
    return first;
  }
}
