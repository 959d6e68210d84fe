import type { BlobStore, Descriptor, Digest, Reference } from "../oci/mod.ts";
import type { LayerRecord } from "./layer_record.ts";

/** A layer of ours in an image that was published. */
export interface PublishedLayer {
  /** The image, as it was named. */
  readonly image: string;
  readonly record: LayerRecord;
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** As the image's history has it. */
  readonly createdBy: string;
  /** Has its bytes. */
  readonly blobs: Pick<BlobStore, "has" | "open">;
  /** In a registry: the image, from whose repository it may be mounted. */
  readonly reference?: Reference;
}

/** The environment of a published image, all of it from that one. */
export interface PublishedEnvironment {
  /** The image as it was named. */
  readonly name: string;
  /** Of the environment, in their order. */
  readonly layers: readonly PublishedLayer[];
  readonly runtime: PublishedLayer;
  readonly label: EnvironmentLabel;
}

/**
 * A label of the config: what somebody needs to know who has no library and wants to use the layers
 * of the environment.
 */
export const ENVIRONMENT_LABEL = "dev.rcc-oci.environment";

/** What the label says, as JSON. */
export interface EnvironmentLabel {
  readonly version: 1;
  /** The hash of the environment's blueprint. */
  readonly blueprint: string;
  /** Where it was built: the catalog's own path. */
  readonly path: string;
  /** The rcc that is in the image. */
  readonly rcc: { readonly sha256: string; readonly size: number };
  /** What the layers were made by: who wants the same must come to the same. */
  readonly recipes: { readonly environment: string; readonly runtime: string };
}
