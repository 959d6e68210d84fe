import {
  asOciLayerType,
  type BlobStore,
  type ContainerConfig,
  type Descriptor,
  type Digest,
  digestOf,
  encodeJson,
  type History,
  type ImageConfig,
  LINUX_AMD64,
  type Manifest,
  MEDIA_TYPES,
  type Reference,
} from "../oci/mod.ts";
import {
  ENVIRONMENT_LABEL,
  formatTime,
  imageAnnotations,
  type LayerRecord,
  type Plan,
  recordAnnotations,
  recordOf,
  recordsLabels,
} from "../plan/mod.ts";
import type { Layer } from "./layer.ts";

/** A blob and the store that has it. */
export interface StoredBlob {
  readonly descriptor: Descriptor;
  readonly blobs: Pick<BlobStore, "has" | "open"> & Partial<Pick<BlobStore, "file">>;
  /** CRC-32 of each MiB, where they are known. */
  readonly checksums?: readonly number[];
  /** In a registry: an image that has it, from whose repository it may be mounted. */
  readonly reference?: Reference;
}

/** A small blob in memory. */
export interface InlineBlob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** A whole image: everything that an output must write. */
export interface Image {
  readonly manifest: InlineBlob;
  readonly config: InlineBlob;
  /** The base's layers and ours, lowest first. */
  readonly layers: readonly StoredBlob[];
  /** At least one. */
  readonly tags: readonly Reference[];
  readonly created: Date;
  /** Where the base is in a registry: its layers may be mounted from there. */
  readonly baseReference?: Reference;
  /** Documents about the image, which registries keep beside it. */
  readonly referrers?: readonly Referrer[];
}

/** A document about an image. */
export interface Referrer {
  /** What warnings call it. */
  readonly what: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The layers of a base as blobs of an image on it. */
export function storedBase(
  { layers, blobs }: Pick<Plan["base"], "layers" | "blobs">,
): readonly StoredBlob[] {
  return layers.map(({ descriptor }) => ({ descriptor, blobs }));
}

/** Makes the image's config and manifest of the plan and the written layers. */
export function assembleImage(plan: Plan, layers: readonly Layer[]): Image {
  const { base, created } = plan;
  const config = inline(encodeJson(imageConfig(plan, layers)), MEDIA_TYPES.config);
  const stored: readonly StoredBlob[] = [
    ...storedBase(base),
    ...layers.map(({ plan, descriptor, ...layer }) => {
      const record = recordOf(plan);
      const annotations = record === undefined ? undefined : recordAnnotations(record);
      return {
        ...layer,
        descriptor: annotations === undefined ? descriptor : { ...descriptor, annotations },
      };
    }),
  ];
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: config.descriptor,
    layers: stored.map(({ descriptor: { mediaType, digest, size, annotations } }) => ({
      mediaType: asOciLayerType(mediaType),
      digest,
      size,
      ...(annotations === undefined ? {} : { annotations }),
    })),
    annotations: imageAnnotations(plan),
  };
  return {
    manifest: inline(encodeJson(manifest), MEDIA_TYPES.manifest),
    config,
    layers: stored,
    tags: plan.tags,
    created,
    ...(base.reference === undefined ? {} : { baseReference: base.reference }),
  };
}

function imageConfig(plan: Plan, layers: readonly Layer[]): ImageConfig {
  const { base, config, baseHistory } = plan;
  const created = formatTime(plan.created);
  const diffIds: readonly Digest[] = [
    ...base.layers.map(({ diffId }) => diffId),
    ...layers.map(({ diffId }) => diffId),
  ];
  return {
    created,
    ...LINUX_AMD64,
    config: withRecords(config, plan, layers),
    rootfs: { type: "layers", diff_ids: diffIds },
    history: [
      ...baseHistory,
      ...layers.map(({ plan: { createdBy } }): History => ({ created, created_by: createdBy })),
    ],
  };
}

/** Labels as the plan has them, and what each layer is. */
function withRecords(
  config: ContainerConfig,
  { label }: Plan,
  layers: readonly Layer[],
): ContainerConfig {
  const records = new Map<Digest, LayerRecord>();
  for (const { plan, diffId } of layers) {
    const record = recordOf(plan);
    if (record !== undefined) records.set(diffId, record);
  }
  const Labels = {
    ...config.Labels,
    ...recordsLabels(records),
    ...(label === undefined ? {} : { [ENVIRONMENT_LABEL]: JSON.stringify(label) }),
  };
  return { ...config, Labels };
}

function inline(bytes: Uint8Array, mediaType: string): InlineBlob {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}
