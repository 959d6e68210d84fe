import { Failure, throwFailures } from "../failure/mod.ts";
import type { Catalog } from "./catalog.ts";
import { quoteField } from "./catalog_fields.ts";
import { walkCatalog } from "./walk_catalog.ts";

/**
 * How the names begin that a layer cannot have: an engine takes such a file for the news that
 * another one is gone.
 * Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts
 */
const WHITEOUT_PREFIX = ".wh.";

/** How many are named one by one. */
const MOST_NAMED = 5;

/** @throws {Failure} or {Failures} for the files that no layer can have. */
export function refuseWhiteouts(catalog: Catalog): void {
  const paths = whiteoutPaths(catalog);
  const named = paths.slice(0, MOST_NAMED).map((path) => whiteoutFailure(quoteField(path), paths));
  const others = paths.slice(MOST_NAMED);
  throwFailures(
    others.length === 0
      ? named
      : [...named, whiteoutFailure(`${others.length} more files`, others)],
  );
}

function whiteoutFailure(what: string, details: readonly string[]): Failure {
  return new Failure(
    "environment/whiteout",
    `failed to pack ${what} of the environment: engines take a name that begins with ` +
      `"${WHITEOUT_PREFIX}" for a whiteout, have a line of rccPostInstall remove or rename it`,
    { details },
  );
}

/** What is restored alone: nothing behind symlinked folders. */
function whiteoutPaths(catalog: Catalog): readonly string[] {
  const { tree: { names } } = catalog;
  let has = false;
  for (let node = 1; node < names.count && !has; node++) {
    has = names.at(node).startsWith(WHITEOUT_PREFIX);
  }
  if (!has) return [];
  return [...walkCatalog(catalog).map(({ path }) => path)]
    .filter((path) => path.slice(path.lastIndexOf("/") + 1).startsWith(WHITEOUT_PREFIX));
}
