import type { Descriptor, Digest } from "../oci/mod.ts";
import type { FoundProgram, RestoredContent } from "../packing/mod.ts";
import type { LayerPlan } from "../plan/mod.ts";
import type { StoredBlob } from "./assemble.ts";

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
  /** What a restore makes of its contents, where the catalog's digests do not say so. */
  readonly restored: readonly RestoredContent[];
}

/** A layer that is there: its bytes are fixed, and so are their names. */
export interface Layer extends StoredBlob {
  readonly plan: LayerPlan;
  /** Of the tar. */
  readonly diffId: Digest;
  /** Size of the tar in bytes, where it is known. */
  readonly tarSize?: number;
  readonly programs: readonly FoundProgram[];
  /** As {@linkcode WrittenLayer} has it, where it is known. */
  readonly restored?: readonly RestoredContent[];
  /** Whether nothing had to be packed. */
  readonly fromCache: boolean;
}
