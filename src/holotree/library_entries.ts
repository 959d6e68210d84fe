import type { Content } from "../compression/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { blobPath, contentCheckOf } from "./blob.ts";
import { catalogFileName } from "./catalog_name.ts";
import { infoOf } from "./encode_catalog.ts";
import type { EntryMaker } from "./entry_maker.ts";
import { homeIdentity } from "./names.ts";
import { type RestoredFile, restoredFile } from "./restored_entries.ts";
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
  /** The restored files by the digests of their blobs. */
  readonly restored: ReadonlyMap<string, RestoredFile>;
}

/**
 * The library with its catalog and every blob that RCC looks for. A blob is the restored file itself
 * under another name, but stays as it was stored where RCC could not read it so: when it is
 * relocated, empty, a link's target alone, or begins as gzip does.
 */
export function* libraryEntries(
  source: SpaceSource,
  { layout, home, make, restored }: LibraryEntriesOptions,
): Generator<TarEntry<Content>> {
  const mode = layout.shared ? SHARED_FOLDER_MODE : PRIVATE_FOLDER_MODE;
  const { catalog } = source;
  const catalogPath = `${layout.hololib}/catalog/${catalogFileName(catalog.blueprint)}`;
  for (const name of ["", "/catalog", "/library", "/pids", "/used"]) {
    yield make.folder(`${layout.hololib}${name}`, mode);
  }
  yield make.bytes(catalogPath, source.catalogFile);
  yield make.bytes(`${catalogPath}.info`, source.infoFile ?? infoOf(catalog, catalog));
  if (catalog.blobMode === "raw") {
    yield make.bytes(`${layout.hololib}/catalog/compress.no`, new Uint8Array());
  }
  if (layout.shared) yield* initMarker(layout, home, make);
  const folders = new Set<string>();
  for (const { digest, path, size } of catalogDigests(catalog)) {
    const place = `${layout.hololib}/${blobPath(digest)}`;
    for (const folder of newFolders(digest, folders)) {
      yield make.folder(`${layout.hololib}/library/${folder}`, mode);
    }
    const file = restored.get(digest);
    if (file === undefined || size === 0 || source.gzipContent.has(digest)) {
      yield make.file(place, storedContent(source, { digest, path, size }));
    } else {
      yield restoredFile(file, { place, source, layout, make });
    }
  }
}

/** An empty file that tells RCC that this HOME has the shared holotree switched on. */
export function* initMarker(
  { hololib }: SpaceLayout,
  home: string,
  make: EntryMaker,
): Generator<TarEntry<Content>> {
  yield make.folder(`${hololib}/catalog/init`, SHARED_FOLDER_MODE);
  yield make.bytes(`${hololib}/catalog/init/${homeIdentity(home)}`, new Uint8Array());
}

function storedContent(
  { catalog, blobs }: SpaceSource,
  { digest, path, size }: { digest: string; path: string; size: number },
): Content {
  const stored = blobs.get(digest)!;
  return {
    kind: "stored",
    name: path,
    stored,
    size: stored.unpackedSize,
    expected: {
      size,
      check: contentCheckOf(digest),
      decode: catalog.blobMode === "compressed",
    },
  };
}

/** The folders of a blob in the library that were not met before, outermost first. */
function newFolders(digest: string, known: Set<string>): readonly string[] {
  const parts = [digest.slice(0, 2), digest.slice(2, 4), digest.slice(4, 6)];
  const found: string[] = [];
  for (let depth = 1; depth <= parts.length; depth++) {
    const start = digest.slice(0, 2 * depth);
    if (known.has(start)) continue;
    known.add(start);
    found.push(parts.slice(0, depth).join("/"));
  }
  return found;
}
