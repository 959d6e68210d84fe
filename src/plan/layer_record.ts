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
 * write a manifest of their own, without annotations. A long text goes on in `dev.rcc-oci.layers.2`
 * and so on.
 */
export const LAYERS_LABEL = "dev.rcc-oci.layers";

/**
 * Name and value of a label, in bytes. containerd takes no longer one for a container, and `ctr`
 * gives a container all labels of its image:
 * https://github.com/containerd/containerd/blob/v1.7.0/labels/validate.go
 */
const MOST_OF_LABEL = 4096;
/** Of a name and its number. */
const NAME_ROOM = 64;

/** Of a config, as it is read. */
type Labels = Readonly<Record<string, unknown>>;

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

/** Records as labels of a config, none of which is too long for an engine. */
export function recordsLabels(
  records: ReadonlyMap<Digest, LayerRecord>,
): Readonly<Record<string, string>> {
  const text = JSON.stringify(Object.fromEntries(records)).replaceAll(/[^\0-\x7f]/g, escapeUnit);
  const size = MOST_OF_LABEL - NAME_ROOM;
  const count = Math.ceil(text.length / size);
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [nameOfPart(i), text.slice(i * size, (i + 1) * size)]),
  );
}

/** Of the first part, or that of another number. */
function nameOfPart(at: number): string {
  return at === 0 ? LAYERS_LABEL : `${LAYERS_LABEL}.${at + 1}`;
}

/** One byte for each character, so that a text can be cut anywhere. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Whether a label is {@linkcode LAYERS_LABEL} or what it goes on in. */
export function isLayersLabel(name: string): boolean {
  return /^dev\.rcc-oci\.layers(?:\.\d+)?$/.test(name);
}

/** The labels that have the records, in the order of their parts. */
export function recordsLabelNames(labels: Labels): readonly string[] {
  const names: string[] = [];
  while (typeof labels[nameOfPart(names.length)] === "string") names.push(nameOfPart(names.length));
  return names;
}

/** Records by diffIds, whatever is in them. */
export function parseRecordsLabels(labels: Labels): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(
      recordsLabelNames(labels).map((name) => labels[name]).join(""),
    );
    return isObject(value) ? value : {};
  } catch {
    return {}; // There are none, or somebody else's.
  }
}

/** What an image says of its layers, in the order of its manifest; nothing of those of others. */
export function readLayerRecords(
  { layers }: Pick<Manifest, "layers">,
  { diffIds, labels = {} }: {
    readonly diffIds: readonly Digest[];
    /** Of its config. */
    readonly labels: Labels | undefined;
  },
): readonly (LayerRecord | undefined)[] {
  const labelled = parseRecordsLabels(labels);
  return layers.map(({ annotations = {} }, at) => {
    const diffId = diffIds[at];
    return asRecord({
      key: annotations[LAYER_ANNOTATIONS.key],
      kind: annotations[LAYER_ANNOTATIONS.kind],
      packages: annotations[LAYER_ANNOTATIONS.packages]?.split(" ") ?? [],
    }) ?? (isDigest(diffId) ? asRecord(labelled[diffId]) : undefined);
  });
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
