import type { CutKind } from "../layers/mod.ts";
import { type Content, environmentEntries, type EnvironmentLayer } from "../packing/mod.ts";
import type { TarEntry } from "../tar/mod.ts";

/** The parts of an image above the base, least changing first. The environment has many layers. */
export type LayerName = "runtime" | "environment" | "robot";

/** A layer that can be written. Its digest is not known, and so it has none. */
export type LayerPlan = EntriesLayerPlan | EnvironmentLayerPlan;

interface LayerFacts {
  readonly name: LayerName;
  /** For the image's history. */
  readonly createdBy: string;
  /** About how many bytes of content it has. */
  readonly size: number;
  /** What it is called in the cache; none where it is quicker to write it anew. */
  readonly key?: string;
}

/** A layer of few files. */
export interface EntriesLayerPlan extends LayerFacts {
  readonly name: "runtime" | "robot";
  /** In the order of the tar: parents before children, targets before their hard links. */
  open(): Iterable<TarEntry<Content>>;
}

/** A layer of the environment. */
export interface EnvironmentLayerPlan extends LayerFacts {
  readonly name: "environment";
  readonly key: string;
  readonly kind: CutKind;
  /** The packages that it has files of. */
  readonly packages: readonly string[];
  /** Made when it is asked for: a layer that is in the cache needs nothing of the library. */
  open(): Promise<EnvironmentLayer>;
  /** The most bytes that it may have when it is packed. */
  most(): Promise<number>;
}

/** The entries of a layer, as far as they are known without packing it. */
export async function layerEntries(plan: LayerPlan): Promise<Iterable<TarEntry<Content>>> {
  if (plan.name !== "environment") return plan.open();
  return environmentEntries(await plan.open(), { beginsAsGzip: false });
}
