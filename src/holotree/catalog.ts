import type { BlobMode } from "./blob.ts";

/**
 * The record of one environment: every folder and file, the content of each file by its digest, and
 * where in it the stage's name stands. Maps and not objects, for a file may be named `__proto__`.
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
  readonly tree: CatalogFolder;
  /** What the digests say of the library that they are from. */
  readonly blobMode: BlobMode;
}

/** A folder, or a symlink to one: its children are listed again below it then. */
export interface CatalogFolder {
  readonly kind: "folder";
  /** Empty for the root. */
  readonly name: string;
  /** Where a symlinked folder points to, as it was recorded. */
  readonly symlink?: string;
  /** Go's `fs.FileMode`. */
  readonly mode: number;
  readonly folders: ReadonlyMap<string, CatalogFolder>;
  readonly files: ReadonlyMap<string, CatalogFile>;
  /** Whether it lies behind a symlinked folder. */
  readonly shadow: boolean;
}

/** A file, or a symlink to one: all but name and symlink are the target's then. */
export interface CatalogFile {
  readonly kind: "file";
  readonly name: string;
  readonly symlink?: string;
  /** In bytes. */
  readonly size: number;
  /** Go's `fs.FileMode`. */
  readonly mode: number;
  /** SHA-256 of the content as 64 hex digits, or SipHash-128 as 32 from a raw library. */
  readonly digest: string;
  /** Offsets at which the stage's name stands in the content, ascending. */
  readonly rewrite: readonly number[];
}

export type CatalogNode = CatalogFolder | CatalogFile;
