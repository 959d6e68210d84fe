import type { BytecodeOrder } from "../bytecode/mod.ts";
import type { CutKind } from "../layers/mod.ts";
import {
  type Content,
  environmentEntries,
  type EnvironmentLayer,
  type FoundProgram,
} from "../packing/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import type { PublishedLayer } from "./published.ts";

/** The parts of an image above the base, least changing first. The environment has many layers. */
export type LayerName = "runtime" | "environment" | "robot";

/** What a layer has in it: `facts` is what start checks need to know of the environment. */
export type LayerKind = "runtime" | CutKind | "facts" | "robot";

/** A layer that can be written. Its digest is not known, and so it has none. */
export type LayerPlan = EntriesLayerPlan | EnvironmentLayerPlan | FactsLayerPlan | TakenLayerPlan;

interface LayerFacts {
  readonly name: LayerName;
  readonly kind: LayerKind;
  /** For the image's history. */
  readonly createdBy: string;
  /** The packages that it has files of. */
  readonly packages: readonly string[];
  /** About how many bytes of content it has. */
  readonly size: number;
  /** What it is called in the cache; none where it is quicker to write it anew. */
  readonly key?: string;
}

/** A layer of few files. */
export interface EntriesLayerPlan extends LayerFacts {
  readonly kind: "runtime" | "robot";
  /** In the order of the tar: parents before children, targets before their hard links. */
  open(): Iterable<TarEntry<Content>>;
}

/** A layer of the environment. */
export interface EnvironmentLayerPlan extends LayerFacts {
  readonly name: "environment";
  readonly kind: CutKind;
  readonly key: string;
  /** Of the catalog's tree, ascending, without the folders above them. */
  readonly nodes: readonly number[];
  /** What is to be compiled of it; that is not among its own entries. */
  readonly bytecode?: BytecodeOrder;
  /** Those of the catalog's contents that it needs, and needs to be in the library. */
  contents(): ReadonlySet<number>;
  /** Made when it is asked for: a layer that is in the cache needs nothing of the library. */
  open(): Promise<EnvironmentLayer>;
  /** The most bytes that it may have when it is packed. */
  most(): Promise<number>;
}

/** A layer that says what was found in the others, when they have been packed. */
export interface FactsLayerPlan extends LayerFacts {
  readonly name: "environment";
  readonly kind: "facts";
  readonly key: string;
  /** @param programs All of the environment's. */
  open(programs: readonly FoundProgram[]): Promise<Iterable<TarEntry<Content>>>;
}

/** A layer that is there already: of an image that was published. */
export interface TakenLayerPlan extends LayerFacts {
  readonly key: string;
  readonly published: PublishedLayer;
}

export function isTaken(plan: LayerPlan): plan is TakenLayerPlan {
  return "published" in plan;
}

/** Whether workers pack it from blobs of the library. */
export function isOfLibrary(plan: LayerPlan): plan is EnvironmentLayerPlan {
  return plan.name === "environment" && plan.kind !== "facts" && !isTaken(plan);
}

/**
 * The entries of a layer, as far as they are known without packing it: a file that is made of another
 * one, of about its size, has that one's bytes.
 */
export async function layerEntries(
  plan: EntriesLayerPlan | EnvironmentLayerPlan,
): Promise<Iterable<TarEntry<Content>>> {
  return isOfLibrary(plan)
    ? environmentEntries(await plan.open(), { beginsAsGzip: false }, ({ packed }) => packed)
    : plan.open();
}
