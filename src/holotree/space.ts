/**
 * A restored environment as tar entries: what RCC would make of the catalog for another HOME, with
 * the library beside it, so that RCC finds nothing left to do.
 */
import type { Content } from "../compression/mod.ts";
import type { TarEntry, TarOwner } from "../tar/mod.ts";
import { infoOf, packedMetaOf, type SpacePlace } from "./encode_catalog.ts";
import { EntryMaker } from "./entry_maker.ts";
import { initMarker, libraryEntries } from "./library_entries.ts";
import { controllerName } from "./names.ts";
import { FileLinks } from "./file_links.ts";
import { restoredEntries, type RestoredModes } from "./restored_entries.ts";
import { SpaceContent } from "./space_content.ts";
import { type SpaceLayout, spaceLayout, type SpaceLayoutOptions } from "./space_layout.ts";
import type { SpaceSource } from "./space_source.ts";
import { specialFiles, withoutSpecialBits } from "./special_bits.ts";

/** RCC makes folders of a space with 0750. */
const AS_RESTORED: RestoredModes = { folder: 0o750, file: (mode) => mode };

const PRIVATE_HOLOTREE_MODE = 0o750;
const SHARED_HOLOTREE_MODE = 0o777;

/** Options of {@linkcode spaceEntries}. */
export interface SpaceOptions extends SpaceLayoutOptions {
  readonly owner: TarOwner;
}

/**
 * The environment as `rcc run` finds it good: the space with its records beside it, the catalog, and
 * the library. Paths are without the leading slash. Of the parents, those that are RCC's own are
 * among them. Entries are made one by one: an environment has hundreds of thousands.
 *
 * For root, files lose their setuid, setgid and sticky bits: anybody in the container could become
 * root by them. The catalog states the same, or RCC would bring the bits back.
 */
export async function spaceEntries(
  recorded: SpaceSource,
  options: SpaceOptions,
): Promise<Iterable<TarEntry<Content>>> {
  const source = options.owner.uid === 0 ? await forRoot(recorded) : recorded;
  const make = new EntryMaker(options.owner);
  const layout = spaceLayout(source.catalog.path, options);
  const records = await recordEntries(source, layout, make);
  function* entries(): Generator<TarEntry<Content>> {
    const content = new SpaceContent(source, layout);
    const links = new FileLinks(source.catalog.contents.count);
    yield make.folder(
      layout.holotree,
      layout.shared ? SHARED_HOLOTREE_MODE : PRIVATE_HOLOTREE_MODE,
    );
    yield* restoredEntries(source, { layout, make, content, modes: AS_RESTORED, links });
    yield* records;
    yield* libraryEntries(source, { layout, home: options.home, make, content, links });
  }
  return entries();
}

async function forRoot(source: SpaceSource): Promise<SpaceSource> {
  if (specialFiles(source.catalog).length === 0) return source;
  const catalog = withoutSpecialBits(source.catalog);
  return { ...source, catalog, catalogFile: await packedMetaOf(catalog, catalog) };
}

/**
 * The environment for `rcc run --warranty-voided`, which takes it as it is: root's, readable by all,
 * without special bits, records and library.
 */
export function* sealedEntries(
  source: SpaceSource,
  options: SpaceLayoutOptions,
): Generator<TarEntry<Content>> {
  const make = new EntryMaker({ uid: 0, gid: 0 });
  const layout = spaceLayout(source.catalog.path, options);
  const content = new SpaceContent(source, layout);
  const links = new FileLinks(source.catalog.contents.count);
  yield make.folder(layout.holotree, SEALED.folder);
  yield* restoredEntries(source, { layout, make, content, modes: SEALED, links });
  if (layout.shared) {
    yield* initMarker(layout, { home: options.home, make, mode: SEALED.folder });
  }
}

const SEALED: RestoredModes = {
  folder: 0o755,
  file(mode) {
    const executable = (mode & 0o111) === 0 ? 0 : 0o111;
    return mode & 0o777 | 0o444 | executable;
  },
};

/** What stands beside the space: its own catalog, and the files that RCC locks and counts uses with. */
async function recordEntries(
  { catalog }: SpaceSource,
  { name, folder }: SpaceLayout,
  make: EntryMaker,
): Promise<readonly TarEntry<Content>[]> {
  const place: SpacePlace = {
    identity: name,
    path: folder,
    controller: controllerName("user"),
    space: "user",
  };
  return [
    make.bytes(`${folder}.lck`, new Uint8Array()),
    make.bytes(`${folder}.meta`, await packedMetaOf(catalog, place)),
    make.bytes(`${folder}.meta.info`, infoOf(catalog, place)),
    make.bytes(`${folder}.use`, new Uint8Array()),
  ];
}
