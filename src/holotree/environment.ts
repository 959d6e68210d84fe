import { Failure, Failures } from "../failure/mod.ts";
import type { Catalog } from "./catalog.ts";
import { findGzipContent } from "./gzip_content.ts";
import type { Library } from "./library.ts";
import { locateBlobs } from "./locate_blobs.ts";
import { spaceLayout } from "./space_layout.ts";
import type { SpaceSource } from "./space_source.ts";
import type { CatalogDigest } from "./walk_catalog.ts";

/** An environment of a library. Its catalog has been read; its content has not been looked for. */
export interface Environment {
  readonly catalog: Catalog;
  /** The catalog's file, and the small one beside it where there is one, as they lie in the library. */
  readonly catalogFile: Uint8Array;
  readonly infoFile?: Uint8Array;
  readonly library: Library;
  /** How the library is kept on the host, and in the image. */
  readonly mode: "private" | "shared" | "raw";
  /**
   * Finds all content; the second time it is known.
   * @throws {Failure} or {Failures} naming files whose content is not in the library.
   */
  open(options?: OpenEnvironmentOptions): Promise<SpaceSource>;
}

/** Options of {@linkcode Environment.open}. */
export interface OpenEnvironmentOptions {
  /** Whether nothing of the content is taken for granted: its beginnings are read. */
  readonly thorough?: boolean;
}

/** Options of {@linkcode readEnvironment}. */
export interface ReadEnvironmentOptions {
  readonly signal?: AbortSignal;
}

/** Reads a catalog of the library. @throws {Failure} when it is damaged, or of another format. */
export async function readEnvironment(
  library: Library,
  hash: string,
  options: ReadEnvironmentOptions = {},
): Promise<Environment> {
  const { catalog, bytes, info } = await library.readCatalog(hash);
  const files = { catalogFile: bytes, ...(info === undefined ? {} : { infoFile: info }) };
  const { shared } = spaceLayout(catalog.path, { home: "", robocorpHome: "" });
  const sources = new Map<boolean, Promise<SpaceSource>>();
  return {
    catalog,
    ...files,
    library,
    mode: catalog.blobMode === "raw" ? "raw" : shared ? "shared" : "private",
    open({ thorough = false } = {}) {
      const known = sources.get(thorough);
      if (known !== undefined) return known;
      const source = findContent(catalog, library, { ...options, thorough })
        .then((found) => ({ catalog, ...files, ...found }));
      sources.set(thorough, source);
      return source;
    },
  };
}

/** How many missing blobs are named one by one. */
const MOST_NAMED = 5;

async function findContent(
  catalog: Catalog,
  library: Library,
  options: ReadEnvironmentOptions & OpenEnvironmentOptions,
): Promise<Pick<SpaceSource, "blobs" | "gzipContent">> {
  const { blobs, missing } = await locateBlobs(library, catalog, options);
  if (missing.length > 0) throw new Failures(missingBlobs(missing, library.path));
  if (catalog.blobMode === "raw") return { blobs, gzipContent: new Set() };
  return { blobs, gzipContent: await findGzipContent(catalog.contents, blobs, options) };
}

const CURE = "build the environment again with rcc, which repairs the library";

function missingBlobs(
  missing: readonly CatalogDigest[],
  library: string,
): readonly Failure[] {
  const named = missing.slice(0, MOST_NAMED).map(({ path, digest }) =>
    new Failure(
      "environment/blob-missing",
      `failed to find the content of "${path}": no blob ${digest} in "${library}", ${CURE}`,
    )
  );
  const others = missing.slice(MOST_NAMED);
  if (others.length === 0) return named;
  const rest = new Failure(
    "environment/blob-missing",
    `failed to find the content of ${others.length} more files: no blobs in "${library}", ${CURE}`,
    { details: others.map(({ path, digest }) => `"${path}": ${digest}`) },
  );
  return [...named, rest];
}
