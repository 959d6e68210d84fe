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

/** The environment's own folders, links and files, its root among them, as a restore makes them. */
export function* restoredEntries(
  source: SpaceSource,
  layout: SpaceLayout,
  make: EntryMaker,
): Generator<TarEntry<Content>> {
  yield make.folder(layout.folder, FOLDER_MODE);
  for (const { path, node } of walkCatalog(source.catalog)) {
    const place = `${layout.folder}/${path}`;
    if (node.symlink !== undefined) yield make.symlink(place, node.symlink);
    else if (node.kind === "folder") yield make.folder(place, FOLDER_MODE);
    else yield restoredFile(node, { path, place, source, layout, make });
  }
}

interface FileContext {
  /** Relative to the environment: what errors call the content. */
  readonly path: string;
  readonly place: string;
  readonly source: SpaceSource;
  readonly layout: SpaceLayout;
  readonly make: EntryMaker;
}

function restoredFile(
  { digest, size, mode, rewrite }: CatalogFile,
  { path, place, source, layout, make }: FileContext,
): TarFile<Content> {
  const isRelocated = rewrite.length > 0;
  const encoder = new TextEncoder();
  const content: Content = {
    kind: "decoded",
    name: path,
    stored: source.blobs.get(digest)!,
    size,
    expected: {
      size,
      check: contentCheckOf(digest),
      decode: source.catalog.blobMode === "compressed",
    },
    ...(isRelocated
      ? {
        patch: {
          offsets: rewrite,
          replaced: encoder.encode(source.catalog.identity),
          bytes: encoder.encode(layout.name),
        },
      }
      : {}),
  };
  return {
    ...make.file(place, content, tarMode(mode)),
    identity: isRelocated ? `relocated ${digest}` : digest,
  };
}
