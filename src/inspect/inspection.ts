import type { Tree } from "../base/mod.ts";
import type { LayerRecord } from "../plan/mod.ts";
import type { ContainerConfig, Descriptor, Digest } from "../oci/mod.ts";

/** What an image is, and what is wrong with it. */
export interface Inspection {
  /** As it was given, and which of several. */
  readonly name: string;
  /** All names that it has there. */
  readonly references: readonly string[];
  /** The manifest; none when it cannot be read, and for a docker archive, which has none. */
  readonly manifest?: Descriptor;
  /** `linux/amd64`. */
  readonly platform?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly config: ContainerConfig;
  /** The hash of the environment's blueprint; none for a shell robot or an image of another maker. */
  readonly catalog?: string;
  /** The version of rcc that built the environment. */
  readonly rccVersion?: string;
  /** Lowest first. */
  readonly layers: readonly InspectedLayer[];
  /** All layers over one another, as far as they can be read. */
  readonly tree: Tree;
  readonly faults: readonly Fault[];
}

/** A part of an image: layers of other makers are the base. */
export type ImagePart = "base" | "runtime" | "environment" | "robot";

export interface InspectedLayer {
  readonly part: ImagePart;
  readonly descriptor: Descriptor;
  /** How it was made, as the image's history says. */
  readonly createdBy?: string;
  /** What a layer of ours has in it, and of which packages. */
  readonly kind?: LayerRecord["kind"];
  readonly packages?: readonly string[];
  /** Of the tar inside, and its size in bytes; none when it cannot be unpacked. */
  readonly diffId?: Digest;
  readonly tarSize?: number;
  readonly entries?: number;
}

/** Something that is wrong. */
export interface Fault {
  /** The blob that it is about; none when it is about the image. */
  readonly digest?: Digest;
  readonly problem: string;
}
