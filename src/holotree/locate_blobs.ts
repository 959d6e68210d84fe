import { Blobs } from "./blobs.ts";
import type { Catalog } from "./catalog.ts";
import type { Library } from "./library.ts";
import { inSlices, type SlicesOptions } from "./slices.ts";
import { type CatalogDigest, catalogDigests } from "./walk_catalog.ts";

/** Where contents of a catalog lie. */
export interface LocatedBlobs {
  readonly blobs: Blobs;
  readonly missing: readonly CatalogDigest[];
}

/** Options of {@linkcode locateBlobs}. */
export interface LocateOptions extends SlicesOptions {
  /** What is looked for; all contents by default. */
  readonly contents?: Iterable<number>;
  /** What was found before, to which all that is found is added. */
  readonly blobs?: Blobs;
}

/** Looks for blobs that a catalog needs. */
export async function locateBlobs(
  library: Pick<Library, "locate" | "placeOf">,
  catalog: Catalog,
  options: LocateOptions = {},
): Promise<LocatedBlobs> {
  return await inSlices(locateInSteps(library, catalog, options), options);
}

function* locateInSteps(
  library: Pick<Library, "locate" | "placeOf">,
  catalog: Catalog,
  {
    contents = Array(catalog.contents.count).keys(),
    blobs = new Blobs(library, catalog.contents),
  }: LocateOptions,
): Generator<undefined, LocatedBlobs> {
  const missing = new Set<number>();
  for (const content of contents) {
    if (blobs.has(content)) continue;
    const source = library.locate(catalog.contents.digestOf(content));
    if (source === undefined) missing.add(content);
    else blobs.add(content, source);
    yield;
  }
  if (missing.size === 0) return { blobs, missing: [] };
  const named = catalogDigests(catalog).filter(({ content }) => missing.has(content));
  return { blobs, missing: [...named] };
}
