import type { BlobMode } from "./blob.ts";
import type { CatalogTree } from "./catalog_tree.ts";
import type { Contents } from "./contents.ts";

/**
 * The record of one environment: every folder and file, the content of each file by its digest, and
 * where in it the stage's name stands.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/htfs/directory.go (`Root`, `Dir`, `File`)
 */
export interface Catalog {
  /** RCC's version, such as `v18.18.1`. */
  readonly rcc: string;
  /** The last part of the path: 24 characters, at the recorded offsets of the files. */
  readonly identity: string;
  /** Where the environment was built. All but the last part is where it must be restored. */
  readonly path: string;
  readonly controller: string;
  readonly space: string;
  readonly platform: string;
  /** The hash of the blueprint that the environment was built from: 16 hex digits. */
  readonly blueprint: string;
  readonly lifted: boolean;
  readonly tree: CatalogTree;
  readonly contents: Contents;
  /** What the digests say of the library that they are from. */
  readonly blobMode: BlobMode;
}
