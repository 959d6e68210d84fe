import { type Digest, isDigest, isObject, type Manifest } from "../oci/mod.ts";
import type { LayerKind, LayerPlan } from "./layer_plan.ts";

/** What an image says of a layer of ours: enough to take the layer from there instead of packing it. */
export interface LayerRecord {
  /** What the layer is called in the cache. */
  readonly key: string;
  readonly kind: LayerKind;
  /** The packages that it has files of. */
  readonly packages: readonly string[];
}

/** Annotations of a layer's descriptor in the manifest. */
export const LAYER_ANNOTATIONS = {
  key: "dev.rcc-oci.layer.key",
  kind: "dev.rcc-oci.layer.kind",
  packages: "dev.rcc-oci.layer.packages",
} as const;

/**
 * A label of the config with the same for all layers, by their diffIds: engines that push an image
 * write a manifest of their own, without annotations.
 */
export const LAYERS_LABEL = "dev.rcc-oci.layers";

/** None for a layer that is never kept. */
export function recordOf(plan: LayerPlan): LayerRecord | undefined {
  const { key, kind, packages } = plan;
  return key === undefined ? undefined : { key, kind, packages };
}

/** A record as annotations of a descriptor. */
export function recordAnnotations(
  { key, kind, packages }: LayerRecord,
): Readonly<Record<string, string>> {
  return {
    [LAYER_ANNOTATIONS.key]: key,
    [LAYER_ANNOTATIONS.kind]: kind,
    ...(packages.length === 0 ? {} : { [LAYER_ANNOTATIONS.packages]: packages.join(" ") }),
  };
}

/** Records as the label of a config. */
export function recordsLabel(records: ReadonlyMap<Digest, LayerRecord>): string {
  return JSON.stringify(Object.fromEntries(records));
}

/** What an image says of its layers, in the order of its manifest; nothing of those of others. */
export function readLayerRecords(
  { layers }: Pick<Manifest, "layers">,
  { diffIds, label }: {
    readonly diffIds: readonly Digest[];
    /** The {@linkcode LAYERS_LABEL} of its config. */
    readonly label: string | undefined;
  },
): readonly (LayerRecord | undefined)[] {
  const labelled = label === undefined ? {} : parseLabel(label);
  return layers.map(({ annotations = {} }, at) => {
    const diffId = diffIds[at];
    return asRecord({
      key: annotations[LAYER_ANNOTATIONS.key],
      kind: annotations[LAYER_ANNOTATIONS.kind],
      packages: annotations[LAYER_ANNOTATIONS.packages]?.split(" ") ?? [],
    }) ?? (isDigest(diffId) ? asRecord(labelled[diffId]) : undefined);
  });
}

function parseLabel(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {}; // Somebody else's.
  }
}

/** The kinds of layers that are kept, in the order in which an image has them. */
export const KEPT_KINDS: readonly LayerKind[] = [
  "runtime",
  "environment",
  "interpreter",
  "package",
  "packages",
  "rest",
  "records",
  "facts",
];

function asRecord(value: unknown): LayerRecord | undefined {
  if (!isObject(value)) return undefined;
  const { key, kind, packages } = value;
  const isRecord = typeof key === "string" && /^[0-9a-f]{64}$/.test(key) &&
    KEPT_KINDS.includes(kind as LayerKind) && Array.isArray(packages) &&
    packages.every((name) => typeof name === "string");
  return isRecord ? { key, kind, packages } as unknown as LayerRecord : undefined;
}
