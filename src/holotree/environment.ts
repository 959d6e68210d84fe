import { Failure, Failures } from "../failure/mod.ts";
import { afterRecording } from "./after_recording.ts";
import type { Blobs } from "./blobs.ts";
import type { Catalog } from "./catalog.ts";
import { type InstalledPackage, readInstalledPackages } from "./installed_packages.ts";
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
  open(): Promise<SpaceSource>;
  /** The packages that are installed in it, by their own records; the second time they are known. */
  packages(): Promise<readonly InstalledPackage[]>;
}

/** Options of {@linkcode readEnvironment}. */
export interface ReadEnvironmentOptions {
  readonly signal?: AbortSignal;
  /** Called when it is waited for RCC, which has not recorded all of it yet. */
  readonly onRecording?: (lock: string) => void;
}

/** Reads a catalog of the library. @throws {Failure} when it is damaged, or of another format. */
export async function readEnvironment(
  library: Library,
  hash: string,
  options: ReadEnvironmentOptions = {},
): Promise<Environment> {
  const whole = <Result>(work: () => Promise<Result>) =>
    afterRecording(library.path, work, options);
  const { catalog, bytes, info } = await whole(() => library.readCatalog(hash));
  const files = { catalogFile: bytes, ...(info === undefined ? {} : { infoFile: info }) };
  const { shared } = spaceLayout(catalog.path, { home: "", robocorpHome: "" });
  let source: Promise<SpaceSource> | undefined;
  let packages: Promise<readonly InstalledPackage[]> | undefined;
  return {
    catalog,
    ...files,
    library,
    mode: catalog.blobMode === "raw" ? "raw" : shared ? "shared" : "private",
    open: () =>
      source ??= whole(() => findContent(catalog, library, options))
        .then((blobs) => ({ catalog, ...files, blobs })),
    packages: () => packages ??= readInstalledPackages(catalog, library, whole),
  };
}

/** How many missing blobs are named one by one. */
const MOST_NAMED = 5;

async function findContent(
  catalog: Catalog,
  library: Library,
  options: ReadEnvironmentOptions,
): Promise<Blobs> {
  const { blobs, missing } = await locateBlobs(library, catalog, options);
  if (missing.length > 0) throw new Failures(missingBlobs(missing, library.path));
  return blobs;
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
