import type { BlobLocation } from "./blob.ts";
import type { Catalog } from "./catalog.ts";
import type { ReadCatalogOptions } from "./catalog_file.ts";
import type { CatalogName } from "./catalog_name.ts";

/** Environments that RCC has built, and the content of their files, each of them once. */
export interface Library {
  /** A folder with `catalog` and `library` in it, or a `hololib.zip`. */
  readonly kind: "folder" | "zip";
  readonly path: string;
  /** All that look like catalogs, those of other formats and platforms too, by their names. */
  catalogs(): Promise<readonly CatalogSummary[]>;
  /**
   * The environment of a blueprint.
   *
   * @param hash 16 hex digits.
   * @throws {Failure} when there is none, or none for an image, or it is damaged.
   */
  readCatalog(hash: string, options?: ReadCatalogOptions): Promise<CatalogFiles>;
  /** Where a blob lies, if it is there. Cheap: no promise, and at most one call of the system. */
  locate(digest: string): BlobLocation | undefined;
  /**
   * The same of a blob that was located before, without asking the system.
   *
   * @param unpackedSize What it was found with.
   */
  placeOf(digest: string, unpackedSize: number): BlobLocation;
}

/** What is known of a catalog before it is read. */
export interface CatalogSummary extends CatalogName {
  /** When the environment was last recorded or restored. Unknown in a zip. */
  readonly modified: Date | undefined;
  /** Of the catalog's file, in bytes. */
  readonly size: number;
  /** Whether an image can be made of it. */
  readonly supported: boolean;
}

/** A catalog, and its files as they lie in the library. */
export interface CatalogFiles {
  readonly catalog: Catalog;
  /** The catalog's own file, gzip and all. */
  readonly bytes: Uint8Array;
  /** The small file beside it, which a zip does not have. */
  readonly info?: Uint8Array;
}
