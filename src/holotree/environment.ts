import { throwFailures } from "../failure/mod.ts";
import { afterRecording } from "./after_recording.ts";
import { Blobs } from "./blobs.ts";
import type { Catalog } from "./catalog.ts";
import type { ReadCatalogOptions } from "./catalog_file.ts";
import { type InstalledPackages, readInstalledPackages } from "./installed_packages.ts";
import type { Library } from "./library.ts";
import { locateBlobs } from "./locate_blobs.ts";
import { missingBlobs } from "./missing_blobs.ts";
import { type PackageDetails, readPackageDetails } from "./package_details.ts";
import { spaceLayout } from "./space_layout.ts";
import type { SpaceSource } from "./space_source.ts";
import { refuseWhiteouts } from "./whiteouts.ts";

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
   * Finds contents; what was found before is known.
   *
   * @param contents Their numbers in the catalog.
   * @throws {Failure} or {Failures} naming files whose content is not in the library.
   */
  open(contents: Iterable<number>): Promise<SpaceSource>;
  /** The packages that are installed in it, by their own records; the second time they are known. */
  packages(): Promise<InstalledPackages>;
  /** What they say of themselves; the second time it is known. */
  details(): Promise<readonly PackageDetails[]>;
}

/** Options of {@linkcode readEnvironment}. */
export interface ReadEnvironmentOptions extends ReadCatalogOptions {
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
  const { catalog, bytes, info } = await whole(() => library.readCatalog(hash, options));
  refuseWhiteouts(catalog);
  const files = { catalogFile: bytes, ...(info === undefined ? {} : { infoFile: info }) };
  const { shared } = spaceLayout(catalog.path, { home: "", robocorpHome: "" });
  const blobs = new Blobs(library, catalog.contents);
  let packages: Promise<InstalledPackages> | undefined;
  let details: Promise<readonly PackageDetails[]> | undefined;
  const environment: Environment = {
    catalog,
    ...files,
    library,
    mode: catalog.blobMode === "raw" ? "raw" : shared ? "shared" : "private",
    async open(contents) {
      const { signal } = options;
      await whole(async () => {
        const { missing } = await locateBlobs(library, catalog, { contents, blobs, signal });
        throwFailures(missingBlobs(missing, { catalog, library: library.path }));
      });
      return { catalog, ...files, blobs };
    },
    packages: () => packages ??= readInstalledPackages(catalog, library, whole),
    details: () => details ??= readPackageDetails(environment),
  };
  return environment;
}
