import { createHash } from "node:crypto";
import type { Packing } from "../compression/mod.ts";
import type { TarEntry } from "../tar/mod.ts";

/** To be raised when the same facts make other bytes than before. */
const FORMAT = 9;

/** Everything that shapes a layer's bytes, short of the bytes themselves. */
export interface LayerKeyFacts {
  readonly layer: string;
  readonly packing: Packing;
  /** Versions of what packs: bytes that one zlib makes differ from another's. */
  readonly runtime: Readonly<Record<string, string | undefined>>;
  /** The folders that are stated from the base. */
  readonly parents: readonly TarEntry[];
  /** Hashes and settings; JSON can hold them. */
  readonly content: unknown;
}

/**
 * What a layer is called in the cache before its digest is known: 64 hex digits.
 */
export function layerKey({ runtime, ...facts }: LayerKeyFacts): string {
  return hashOf({ recipe: layerRecipe(facts), runtime });
}

/**
 * The same but for what packs: a layer that is there already does as well, whoever has packed it.
 */
export function layerRecipe(facts: Omit<LayerKeyFacts, "runtime">): string {
  return hashOf({ format: FORMAT, ...facts });
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
