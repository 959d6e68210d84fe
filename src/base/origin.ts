import type { BlobOptions, BlobStore, Descriptor, Reference } from "../oci/mod.ts";

/** Where a base image is from: all that its place says of it, before anything of it is read. */
export interface BaseOrigin {
  /** What labels call it: its full reference, or what its place has in the stead of one. */
  readonly referenceName: string;
  /** A manifest or an index that leads to one; several when they are one image for several platforms. */
  readonly roots: readonly [Descriptor, ...Descriptor[]];
  /** Whether the manifest is the image's own, and not made here for a format without one. */
  readonly isPublished: boolean;
  /** Has all blobs that the roots lead to. */
  readonly blobs: BlobStore;
  /** In a registry: where it is there, for layers may be mounted from it. */
  readonly reference?: Reference;
  /** Brings blobs near, several at once, before they are read one after another. */
  fetch?(blobs: readonly Descriptor[], options?: BlobOptions): Promise<void>;
}

/**
 * Finds a base image by its name as it was given: `oci:dir:tag`, a reference, and so on. What it
 * throws, other than a Failure, `openBase` makes one of.
 */
export type BaseSource = (name: string, options: BlobOptions) => Promise<BaseOrigin>;
