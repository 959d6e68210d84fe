import type { Content } from "../compression/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { nodePath } from "./catalog_tree.ts";
import { type EntryMaker, entryPath } from "./entry_maker.ts";
import type { FileLinks } from "./file_links.ts";
import { tarMode } from "./file_mode.ts";
import type { SpaceContent } from "./space_content.ts";
import type { SpaceLayout } from "./space_layout.ts";
import type { SpaceSource } from "./space_source.ts";
import { walkCatalog } from "./walk_catalog.ts";

/** What the folders and files of a space are given, as tar has it. */
export interface RestoredModes {
  readonly folder: number;
  /** @param mode What the catalog states. */
  file(mode: number): number;
}

/** Options of {@linkcode restoredEntries}. */
export interface RestoredEntriesOptions {
  readonly layout: SpaceLayout;
  readonly make: EntryMaker;
  readonly content: SpaceContent;
  readonly modes: RestoredModes;
  /** Gets all that links can lead to. */
  readonly links: FileLinks;
}

/** The environment's own folders, links and files, its root among them, as a restore makes them. */
export function* restoredEntries(
  { catalog }: SpaceSource,
  { layout, make, content: contentOf, modes, links }: RestoredEntriesOptions,
): Generator<TarEntry<Content>> {
  const { tree, contents } = catalog;
  const root = entryPath(layout.folder);
  yield make.folder(root, modes.folder);
  for (const entry of walkCatalog(catalog)) {
    const { path, node, symlink } = entry;
    const place = `${root}/${path}`;
    if (symlink !== undefined) yield make.symlink(place, symlink);
    else if (entry.kind === "folder") yield make.folder(place, modes.folder);
    else {
      const { content } = entry;
      const mode = modes.file(tarMode(entry.mode));
      const isEmpty = contents.sizeOf(content) === 0;
      const equal = isEmpty ? undefined : links.add(content, { node, mode });
      yield equal === undefined
        ? make.file(place, contentOf.restored(content, path), mode)
        : make.hardlink(place, `${root}/${nodePath(tree, equal.node)}`, mode);
    }
  }
}
