import {
  beginsWith,
  type Content,
  EntryMaker,
  type LastEntry,
  MOST_SKIPPED,
} from "../packing/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { catalogFileName } from "./catalog_name.ts";
import {
  infoOf,
  META_GZIP_LEVEL,
  metaBeginning,
  packedMetaOf,
  type SpacePlace,
} from "./encode_catalog.ts";
import { controllerName, homeIdentity } from "./names.ts";
import { folderMode, rccFolderMode, type SpaceForm, type SpacePlaces } from "./space.ts";
import type { SpaceSource } from "./space_source.ts";
import { specialFiles, withoutSpecialBits } from "./special_bits.ts";

type SpaceRecordsSource = Omit<SpaceSource, "blobs">;

/**
 * What RCC keeps of an environment beside it: its own catalog, the files that RCC locks and counts
 * uses with, and the library's catalog. Of one that is not checked hardly anything.
 */
export async function spaceRecords(
  recorded: SpaceRecordsSource,
  places: SpacePlaces,
  form: SpaceForm,
): Promise<readonly LastEntry[]> {
  const { start, owner, layout } = form;
  const make = new EntryMaker(owner);
  if (start !== "checked") {
    if (!layout.shared) return [];
    const mode = folderMode(form);
    const above = [places.hololib, `${places.hololib}/catalog`];
    return [
      ...above.map((path) => make.folder(path, mode)),
      ...initMarker(form, places, { make, mode }),
    ];
  }
  const { catalog, catalogFile, infoFile } = owner.uid === 0 ? await forRoot(recorded) : recorded;
  const mode = rccFolderMode(layout);
  const { folder, hololib } = places;
  const place: SpacePlace = {
    identity: layout.name,
    path: layout.folder,
    controller: controllerName("user"),
    space: "user",
  };
  const catalogPath = `${hololib}/catalog/${catalogFileName(catalog.blueprint)}`;
  return [
    make.bytes(`${folder}.lck`, new Uint8Array()),
    await metaFileOf(`${folder}.meta`, { catalog, catalogFile }, { make, place }),
    make.bytes(`${folder}.meta.info`, infoOf(catalog, place)),
    make.bytes(`${folder}.use`, new Uint8Array()),
    ...["catalog", "pids", "used"].map((name) => make.folder(`${hololib}/${name}`, mode)),
    make.bytes(catalogPath, catalogFile),
    make.bytes(`${catalogPath}.info`, infoFile ?? infoOf(catalog, catalog)),
    ...(catalog.blobMode === "raw"
      ? [make.bytes(`${hololib}/catalog/compress.no`, new Uint8Array())]
      : []),
    ...(layout.shared ? initMarker(form, places, { make, mode }) : []),
  ];
}

/** The record of a space: its catalog's own JSON behind other fields. */
async function metaFileOf(
  path: string,
  { catalog, catalogFile }: Pick<SpaceSource, "catalog" | "catalogFile">,
  { make, place }: { readonly make: EntryMaker; readonly place: SpacePlace },
): Promise<LastEntry> {
  const own = metaBeginning(catalog, catalog);
  if (own.length > MOST_SKIPPED || !beginsWith(catalogFile, own)) {
    // Somebody else has written the same fields in another form.
    return make.bytes(path, await packedMetaOf(catalog, place));
  }
  return {
    type: "repacked",
    path,
    packed: catalogFile,
    skipped: own.length,
    beginning: metaBeginning(catalog, place),
    level: META_GZIP_LEVEL,
  };
}

/** The catalog states the same modes as the files have, or RCC would bring the special bits back. */
async function forRoot(source: SpaceRecordsSource): Promise<SpaceRecordsSource> {
  if (specialFiles(source.catalog).length === 0) return source;
  const catalog = withoutSpecialBits(source.catalog);
  return { ...source, catalog, catalogFile: await packedMetaOf(catalog, catalog) };
}

/** An empty file that tells RCC that this HOME has the shared holotree switched on. */
function initMarker(
  { home }: SpaceForm,
  { hololib }: SpacePlaces,
  { make, mode }: { readonly make: EntryMaker; readonly mode: number },
): readonly TarEntry<Content>[] {
  return [
    make.folder(`${hololib}/catalog/init`, mode),
    make.bytes(`${hololib}/catalog/init/${homeIdentity(home)}`, new Uint8Array()),
  ];
}
