import type { Digest } from "../oci/mod.ts";
import type { DifferentByte } from "./first_difference.ts";

/** Where an image is not what was built. */
export type Difference = FieldDifference | LayerDifference | EntryDifference;

/** A field of the manifest or the config. */
export interface FieldDifference {
  readonly kind: "field";
  readonly document: "manifest" | "config";
  /** As it would be written in a program: `config.Labels["a"]`. */
  readonly field: string;
  /** As JSON has them; none where one of both has no such field. */
  readonly image?: unknown;
  readonly built?: unknown;
}

/** A whole layer. */
export interface LayerDifference {
  readonly kind: "layer";
  readonly layer: LayerPlace;
  readonly problem: "added" | "missing" | "moved";
}

/** An entry of a layer. */
export interface EntryDifference extends EntryChange {
  readonly kind: "entry";
  readonly layer: LayerPlace;
}

/** What differs of an entry. Of a tar whose entries are equal, it differs in what no entry says. */
export interface EntryChange {
  /** As in the tar, without slashes at its ends; empty for the root, and for the tar itself. */
  readonly path: string;
  readonly what: EntryAspect;
  /** None where one of both has no such entry; the content is not in here. */
  readonly image?: string;
  readonly built?: string;
  /** The first that differs, of a content or a tar. */
  readonly byte?: DifferentByte;
}

export type EntryAspect =
  | "added"
  | "missing"
  | "type"
  | "content"
  | "target"
  | "mode"
  | "owner"
  | "mtime"
  | "xattrs"
  | "tar";

/** A layer of the image, or one that it lacks. */
export interface LayerPlace {
  /** From 1 on, the base's among them. */
  readonly number: number;
  readonly digest: Digest;
  /** How it was made, as the history says. */
  readonly createdBy?: string;
}
