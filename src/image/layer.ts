import type { BlobStore, Descriptor, Digest } from "../oci/mod.ts";
import type { LayerName } from "../plan/mod.ts";

/** A layer that has been written: its bytes are fixed, and so are their names. */
export interface Layer {
  readonly name: LayerName;
  /** For the image's history. */
  readonly createdBy: string;
  /** Of the packed bytes. */
  readonly descriptor: Descriptor;
  /** Of the tar. */
  readonly diffId: Digest;
  /** Size of the tar in bytes. */
  readonly tarSize: number;
  /** CRC-32 of each MiB of the packed bytes, where they are known. */
  readonly checksums?: readonly number[];
  /** Where the packed bytes are. */
  readonly blobs: BlobStore;
  /** Whether nothing had to be packed. */
  readonly fromCache: boolean;
}
