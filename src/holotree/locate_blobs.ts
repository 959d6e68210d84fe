import { Blobs } from "./blobs.ts";
import type { Catalog } from "./catalog.ts";
import type { Library } from "./library.ts";
import { inSlices, type SlicesOptions } from "./slices.ts";
import { type CatalogDigest, catalogDigests } from "./walk_catalog.ts";

/** Where all content of a catalog lies. */
export interface LocatedBlobs {
  readonly blobs: Blobs;
  readonly missing: readonly CatalogDigest[];
}

/** Looks for every blob that a catalog needs. */
export async function locateBlobs(
  library: Pick<Library, "locate" | "placeOf">,
  catalog: Catalog,
  options: SlicesOptions = {},
): Promise<LocatedBlobs> {
  return await inSlices(locateInSteps(library, catalog), options);
}

function* locateInSteps(
  library: Pick<Library, "locate" | "placeOf">,
  catalog: Catalog,
): Generator<undefined, LocatedBlobs> {
  const blobs = new Blobs(library, catalog.contents);
  const missing: CatalogDigest[] = [];
  for (const needed of catalogDigests(catalog)) {
    const source = library.locate(needed.digest);
    if (source === undefined) missing.push(needed);
    else blobs.add(needed.content, source);
    yield;
  }
  return { blobs, missing };
}
