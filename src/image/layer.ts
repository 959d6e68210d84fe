import type { BlobStore, Descriptor, Digest } from "../oci/mod.ts";
import type { FoundProgram } from "../packing/mod.ts";
import type { LayerPlan } from "../plan/mod.ts";

/** What is known of a layer's bytes when they have been written. */
export interface WrittenLayer {
  /** Of the packed bytes. */
  readonly descriptor: Descriptor;
  /** Of the tar. */
  readonly diffId: Digest;
  /** Size of the tar in bytes. */
  readonly tarSize: number;
  /** CRC-32 of each MiB of the packed layer: they tell damage sooner than its digest does. */
  readonly checksums: readonly number[];
  /** The programs of the environment that are in it. */
  readonly programs: readonly FoundProgram[];
}

/** A layer that has been written: its bytes are fixed, and so are their names. */
export interface Layer extends WrittenLayer {
  readonly plan: LayerPlan;
  /** Where the packed bytes are. */
  readonly blobs: BlobStore;
  /** Whether nothing had to be packed. */
  readonly fromCache: boolean;
}
