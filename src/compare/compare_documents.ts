import { asOciLayerType, type Descriptor, type Digest, isDigest, isObject } from "../oci/mod.ts";
import {
  LAYER_ANNOTATIONS,
  type LayerRecord,
  LAYERS_LABEL,
  parseRecordsLabels,
  readLayerRecords,
  recordsLabelNames,
} from "../plan/mod.ts";
import type { FieldDifference } from "./difference.ts";
import { fieldDifferences } from "./json_fields.ts";

/** The documents of an image as JSON has them, with fields that no specification knows. */
export interface ImageDocuments {
  readonly manifest: Readonly<Record<string, unknown>> | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether the config is written as this program writes JSON: each name once, nothing between. */
  readonly isPlain: boolean;
}

interface Sides<Value> {
  readonly image: Value;
  readonly built: Value;
}

/** What is known of the layers by now. */
export interface ComparedLayers {
  /** Which layer of the image is which of those that were built. */
  readonly pairs: readonly (readonly [image: number, built: number])[];
  /** Of those that were built, the ones whose content is another. */
  readonly changed: ReadonlySet<number>;
  /** And those of which only the packing is. */
  readonly repacked: ReadonlySet<number>;
}

/** In what documents differ beyond what their layers are called. */
export interface DocumentComparison {
  readonly differences: readonly FieldDifference[];
  readonly isOtherManifest: boolean;
}

/** Compares the config, and the manifest where it is one of this program. */
export function documentDifferences(
  { image, built }: Sides<ImageDocuments>,
  layers: ComparedLayers,
): DocumentComparison {
  const isComplete = [image, built].every(({ config }) =>
    diffIdsOf(config).length === layers.pairs.length
  );
  const config = fieldDifferences("config", {
    image: withoutLayers(image.config, isComplete),
    built: withoutLayers(built.config, isComplete),
  });
  const labels = recordDifferences("config", {
    image: labelRecords(image.config),
    built: labelRecords(built.config),
  }, layers);
  const plain: FieldDifference[] = image.isPlain
    ? []
    : [{ kind: "field", document: "config", field: "" }];
  const manifests = manifestDifferences(image.manifest, built.manifest, layers, isComplete);
  return {
    differences: [...config, ...labels, ...plain, ...manifests ?? []],
    isOtherManifest: manifests === undefined,
  };
}

/** @returns `undefined` of a manifest that another program has written: it has no annotations. */
function manifestDifferences(
  image: ImageDocuments["manifest"],
  built: ImageDocuments["manifest"],
  layers: ComparedLayers,
  isComplete: boolean,
): readonly FieldDifference[] | undefined {
  if (image === undefined || built === undefined) return [];
  const isAnnotated = [image, ...listOf(image.layers)].some((value) =>
    isObject(value) && value.annotations !== undefined
  );
  if (!isAnnotated) return undefined;
  return [
    ...fieldDifferences("manifest", {
      image: withoutDigests(image, isComplete),
      built: withoutDigests(built, isComplete),
    }),
    ...recordDifferences("manifest", {
      image: annotationRecords(image),
      built: annotationRecords(built),
    }, layers),
  ];
}

/** What is said of each layer, and how its field is called. */
interface StatedRecords {
  readonly records: readonly (LayerRecord | undefined)[];
  fieldOf(layer: number, member: keyof LayerRecord): string;
  /** What is said of layers that are none. */
  readonly unknown: readonly { readonly field: string; readonly value: unknown }[];
}

/**
 * A key says what a layer was packed from, and which versions of zlib packed it: the key of another
 * content is another, and so is every key when another version packs.
 */
function recordDifferences(
  document: FieldDifference["document"],
  { image, built }: Sides<StatedRecords>,
  { pairs, changed, repacked }: ComparedLayers,
): readonly FieldDifference[] {
  const keyed = pairs.filter(([i, b]) =>
    image.records[i] !== undefined && built.records[b] !== undefined
  );
  const isOtherKey = ([i, b]: readonly [number, number]) =>
    image.records[i]!.key !== built.records[b]!.key;
  const arePackedElsewhere = keyed.length > 1 && keyed.every(isOtherKey);
  const differences = pairs.flatMap(([i, b]) => {
    const [left, right] = [image.records[i], built.records[b]];
    // The layer of facts is keyed by the keys of the others.
    const isFollowing = changed.has(b) || repacked.has(b) || arePackedElsewhere ||
      (changed.size > 0 && right?.kind === "facts");
    return (["kind", "packages", "key"] as const).flatMap((member): FieldDifference[] => {
      if (JSON.stringify(left?.[member]) === JSON.stringify(right?.[member])) return [];
      const isBoth = left !== undefined && right !== undefined;
      if (member === "key" && isFollowing && isBoth) return [];
      return [{
        kind: "field",
        document,
        field: image.fieldOf(i, member),
        ...(left === undefined ? {} : { image: left[member] }),
        ...(right === undefined ? {} : { built: right[member] }),
      }];
    });
  });
  const unknown = image.unknown.map(({ field, value }): FieldDifference => ({
    kind: "field",
    document,
    field,
    image: value,
  }));
  return [...differences, ...unknown];
}

function labelRecords(config: ImageDocuments["config"]): StatedRecords {
  const labels = labelsOf(config) ?? {};
  const diffIds = diffIdsOf(config);
  const fieldOf = (digest: string) => `config.Labels["${LAYERS_LABEL}"]["${digest}"]`;
  return {
    records: readLayerRecords({ layers: diffIds.map(() => NO_LAYER) }, { diffIds, labels }),
    fieldOf: (layer, member) => `${fieldOf(diffIds[layer]!)}.${member}`,
    unknown: Object.entries(parseRecordsLabels(labels)).filter(([digest]) =>
      !(diffIds as readonly string[]).includes(digest)
    ).map(([digest, value]) => ({ field: fieldOf(digest), value })),
  };
}

/** What has no annotations says nothing of itself. */
const NO_LAYER: Descriptor = { mediaType: "", digest: "sha256:", size: 0 };

function annotationRecords(manifest: Readonly<Record<string, unknown>>): StatedRecords {
  const layers = listOf(manifest.layers) as readonly Descriptor[];
  return {
    records: readLayerRecords({ layers }, { diffIds: [], labels: undefined }),
    fieldOf: (layer, member) => `layers[${layer}].annotations["${LAYER_ANNOTATIONS[member]}"]`,
    unknown: [],
  };
}

/** The config with the number of its layers alone, and their history where all of them are there. */
function withoutLayers(config: ImageDocuments["config"], isComplete: boolean): unknown {
  const { rootfs, history, config: container, ...others } = config;
  const all = labelsOf(config) ?? {};
  const ofLayers = recordsLabelNames(all);
  const labels = Object.fromEntries(
    Object.entries(all).filter(([name]) => !ofLayers.includes(name)),
  );
  return {
    ...others,
    config: isObject(container) ? { ...container, Labels: labels } : container,
    rootfs: isObject(rootfs) ? { ...rootfs, diff_ids: diffIdsOf(config).length } : rootfs,
    ...(isComplete ? { history } : {}),
  };
}

/** The manifest without digests and sizes, which follow from what is compared by itself. */
function withoutDigests(
  manifest: Readonly<Record<string, unknown>>,
  isComplete: boolean,
): unknown {
  const { layers, config, ...others } = manifest;
  return {
    ...others,
    config: withoutDigest(config),
    ...(isComplete ? { layers: listOf(layers).map(withoutDigest) } : {}),
  };
}

function withoutDigest(descriptor: unknown): unknown {
  if (!isObject(descriptor)) return descriptor;
  const { digest: _, size: _size, mediaType, annotations, ...others } = descriptor;
  const own: readonly string[] = Object.values(LAYER_ANNOTATIONS);
  return {
    ...others,
    mediaType: typeof mediaType === "string" ? asOciLayerType(mediaType) : mediaType,
    ...(isObject(annotations)
      ? {
        annotations: Object.fromEntries(
          Object.entries(annotations).filter(([name]) => !own.includes(name)),
        ),
      }
      : {}),
  };
}

function labelsOf({ config }: ImageDocuments["config"]) {
  return isObject(config) && isObject(config.Labels) ? config.Labels : undefined;
}

function diffIdsOf({ rootfs }: ImageDocuments["config"]): readonly Digest[] {
  return isObject(rootfs) ? listOf(rootfs.diff_ids).filter(isDigest) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
