import { Failure } from "../failure/mod.ts";
import { unsupportedCatalog } from "./catalog_name.ts";
import type { CatalogSummary } from "./library.ts";

/** What was looked for, and where. */
export interface CatalogSearch {
  /** A hash, or its beginning. Without it any catalog would have done. */
  readonly wanted?: string | undefined;
  readonly library: string;
}

/** Says that nothing fits, and what is there. */
export function noSuchCatalog(
  catalogs: readonly CatalogSummary[],
  { wanted, library }: CatalogSearch,
): Failure {
  const other = catalogs.find(({ hash, supported }) => hash === wanted && !supported);
  if (other !== undefined) return unsupportedCatalog(other);
  const supported = catalogs.filter(({ supported }) => supported);
  const looked = wanted === undefined ? "an environment" : `environment "${wanted}"`;
  const found = supported.length === 0
    ? `found none for linux_amd64, build the environment with rcc or add --resolve`
    : `found ${listCatalogs(supported)}, choose one with --catalog or add --resolve`;
  return new Failure(
    "environment/catalog-not-found",
    `failed to find ${looked} in library "${library}": ${found}`,
    { details: supported.map(describe) },
  );
}

/** Says that several fit, and which. */
export function ambiguousCatalog(
  catalogs: readonly CatalogSummary[],
  { wanted, library }: CatalogSearch,
): Failure {
  const looked = wanted === undefined ? "an environment" : `an environment by "${wanted}"`;
  const cure = wanted === undefined ? "one of them with --catalog" : "more of its digits";
  return new Failure(
    "environment/catalog-ambiguous",
    `failed to choose ${looked} in library "${library}": found ${listCatalogs(catalogs)}, ` +
      `expected ${cure}`,
    { details: catalogs.map(describe) },
  );
}

const MOST_LISTED = 8;

/** The newest first. */
function listCatalogs(catalogs: readonly CatalogSummary[]): string {
  const age = ({ modified }: CatalogSummary) => modified?.getTime() ?? 0;
  const listed = catalogs.toSorted((a, b) => age(b) - age(a)).slice(0, MOST_LISTED).map(describe);
  const more = catalogs.length - listed.length;
  return [...listed, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

function describe({ hash, modified }: CatalogSummary): string {
  return modified === undefined
    ? hash
    : `${hash} (${modified.toISOString().slice(0, 16).replace("T", " ")} UTC)`;
}
