import type { Content } from "../compression/mod.ts";
import type { TarEntry, TarFile } from "../tar/mod.ts";
import { contentCheckOf } from "./blob.ts";
import type { CatalogFile } from "./catalog.ts";
import type { EntryMaker } from "./entry_maker.ts";
import { tarMode } from "./file_mode.ts";
import type { SpaceLayout } from "./space_layout.ts";
import type { SpaceSource } from "./space_source.ts";
import { walkCatalog } from "./walk_catalog.ts";

/** What RCC makes a folder of a space with. */
const FOLDER_MODE = 0o750;

/** A file of the environment that holds just what its blob does. */
export interface RestoredFile {
  /** Relative to the environment: what errors call the content. */
  readonly path: string;
  readonly node: CatalogFile;
}

/** Options of {@linkcode restoredEntries}. */
export interface RestoredEntriesOptions {
  readonly layout: SpaceLayout;
  readonly make: EntryMaker;
  /** Gets the first of the files that hold just what their blob does, by its digest. */
  readonly restored?: Map<string, RestoredFile>;
}

/** The environment's own folders, links and files, its root among them, as a restore makes them. */
export function* restoredEntries(
  source: SpaceSource,
  { layout, make, restored }: RestoredEntriesOptions,
): Generator<TarEntry<Content>> {
  yield make.folder(layout.folder, FOLDER_MODE);
  for (const { path, node } of walkCatalog(source.catalog)) {
    const place = `${layout.folder}/${path}`;
    if (node.symlink !== undefined) yield make.symlink(place, node.symlink);
    else if (node.kind === "folder") yield make.folder(place, FOLDER_MODE);
    else {
      if (node.rewrite.length === 0 && restored?.has(node.digest) === false) {
        restored.set(node.digest, { path, node });
      }
      yield restoredFile({ path, node }, { place, source, layout, make });
    }
  }
}

/** Options of {@linkcode restoredFile}. */
export interface RestoredFileOptions {
  /** Its absolute path in the image. */
  readonly place: string;
  readonly source: SpaceSource;
  readonly layout: SpaceLayout;
  readonly make: EntryMaker;
}

/** A file as a restore makes it. */
export function restoredFile(
  { path, node: { digest, size, mode, rewrite } }: RestoredFile,
  { place, source, layout, make }: RestoredFileOptions,
): TarFile<Content> {
  const isRelocated = rewrite.length > 0;
  const isPacked = source.catalog.blobMode === "compressed";
  const content: Content = {
    kind: "decoded",
    name: path,
    stored: source.blobs.get(digest)!,
    size,
    expected: {
      size,
      check: contentCheckOf(digest),
      decode: isPacked,
      ...(isPacked ? { isGzip: source.gzipContent.has(digest) } : {}),
    },
    ...(isRelocated
      ? {
        patch: {
          offsets: rewrite,
          replaced: new TextEncoder().encode(source.catalog.identity),
          bytes: new TextEncoder().encode(layout.name),
        },
      }
      : {}),
  };
  return {
    ...make.file(place, content, tarMode(mode)),
    identity: isRelocated ? `relocated ${digest}` : digest,
  };
}
