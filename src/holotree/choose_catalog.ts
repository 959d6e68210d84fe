import { parseCatalogName } from "./catalog_name.ts";
import type { CatalogSummary, Library } from "./library.ts";
import { ambiguousCatalog, noSuchCatalog } from "./no_such_catalog.ts";

/** What says which catalog is meant. The catalog itself counts more than the blueprint. */
export interface CatalogWish {
  /** A hash, the beginning of one that no other has, or the name of a catalog's file. */
  readonly catalog?: string | undefined;
  /** The hash of the robot's blueprint. */
  readonly blueprint?: string | undefined;
}

/**
 * The catalog that an image is to be made of. Without a wish it is the only one there.
 *
 * @throws {Failure} listing what is there, when none fits or several do.
 */
export async function chooseCatalog(
  library: Pick<Library, "catalogs" | "path">,
  { catalog, blueprint }: CatalogWish,
): Promise<CatalogSummary> {
  const catalogs = await library.catalogs();
  const wanted = catalog === undefined ? blueprint : hashOf(catalog);
  const fitting = catalogs.filter(({ hash, supported }) =>
    supported && (wanted === undefined || wanted !== "" && hash.startsWith(wanted))
  );
  const search = { wanted, library: library.path };
  if (fitting.length === 0) throw noSuchCatalog(catalogs, search);
  if (fitting.length > 1) throw ambiguousCatalog(fitting, search);
  return fitting[0]!;
}

function hashOf(text: string): string {
  const lower = text.trim().toLowerCase();
  return parseCatalogName(lower)?.hash ?? lower;
}
