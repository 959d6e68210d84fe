import type { Content } from "../compression/mod.ts";
import type { TarEntry } from "../tar/mod.ts";

/** The layers above the base, least changing first. */
export type LayerName = "runtime" | "environment" | "robot";

/** A layer that can be written. Its digest is not known, and so it has none. */
export interface LayerPlan {
  readonly name: LayerName;
  /** For the image's history. */
  readonly createdBy: string;
  /** What it is called in the cache; none where it is quicker to write it anew. */
  readonly key?: string;
  /**
   * The layer's entries in the order of the tar: parents before children, targets before their hard
   * links. Made when asked for, one by one: a layer that is in the cache needs none.
   */
  open(options?: OpenLayerOptions): Promise<Iterable<TarEntry<Content>>>;
  /** The most bytes that it may have when it is packed, where that is known without its entries. */
  most?(): Promise<number>;
}

/** Options of {@linkcode LayerPlan.open}. */
export interface OpenLayerOptions {
  /** Whether nothing of the content is taken for granted: for layers that met `unforeseen` content. */
  readonly thorough?: boolean;
}
