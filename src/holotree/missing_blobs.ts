import { dirname, join } from "node:path/posix";
import { Failure } from "../failure/mod.ts";
import type { Catalog } from "./catalog.ts";
import { quoteField } from "./catalog_fields.ts";
import { nodePath } from "./catalog_tree.ts";
import type { CatalogDigest } from "./walk_catalog.ts";

/** How many missing blobs are named one by one. */
const MOST_NAMED = 5;

const CURE = "build the environment again with rcc, which repairs the library";

/**
 * Says whose content is nowhere. Building the environment again helps, but not where a symlink leads
 * out of it: RCC lists what is behind that, and keeps nothing of it.
 */
export function missingBlobs(
  missing: readonly CatalogDigest[],
  { catalog, library }: { readonly catalog: Catalog; readonly library: string },
): readonly Failure[] {
  const escapes = new Map<string, Escape>();
  const lost: CatalogDigest[] = [];
  for (const blob of missing) {
    const escape = escapeOf(catalog, blob.node);
    if (escape === undefined) lost.push(blob);
    else escapes.set(escape.path, escape);
  }
  return [...[...escapes.values()].map(escapeFailure), ...lostFailures(lost, library)];
}

/** A symlink that leads out of the environment. */
interface Escape {
  readonly path: string;
  readonly target: string;
}

/** The link out of the environment that a file is, or lies behind. */
function escapeOf({ tree, path: place }: Catalog, node: number): Escape | undefined {
  for (let at = node; at !== 0; at = tree.parents[at]!) {
    const target = tree.symlinks.get(at);
    if (target === undefined) continue;
    const path = nodePath(tree, at);
    const end = target.startsWith("/") ? join(target) : join(place, dirname(path), target);
    if (end !== place && !end.startsWith(`${place}/`)) return { path, target };
  }
  return undefined;
}

function escapeFailure({ path, target }: Escape): Failure {
  return new Failure(
    "environment/blob-missing",
    `failed to find the content behind ${quoteField(path)}: it is a symlink to ${
      quoteField(target)
    }, out ` +
      `of the environment, and rcc keeps nothing of what is there; where a line of ` +
      `rccPostInstall makes it, have that copy what it needs instead (\`cp -rL\`), or else add ` +
      `one that does`,
  );
}

function lostFailures(lost: readonly CatalogDigest[], library: string): readonly Failure[] {
  const named = lost.slice(0, MOST_NAMED).map(({ path, digest }) =>
    new Failure(
      "environment/blob-missing",
      `failed to find the content of "${path}": no blob ${digest} in "${library}", ${CURE}`,
    )
  );
  const others = lost.slice(MOST_NAMED);
  if (others.length === 0) return named;
  const rest = new Failure(
    "environment/blob-missing",
    `failed to find the content of ${others.length} more files: no blobs in "${library}", ${CURE}`,
    { details: others.map(({ path, digest }) => `"${path}": ${digest}`) },
  );
  return [...named, rest];
}
