import { Measure } from "../bytes/mod.ts";
import { decompressing } from "../compression/mod.ts";
import {
  type BlobStore,
  codecOf,
  type Descriptor,
  type Digest,
  digestOf,
  encodeJson,
  measuredDigest,
  parseImageConfig,
  parseObject,
} from "../oci/mod.ts";
import type { RecordPlaces } from "../plan/mod.ts";
import { documentDifferences, type ImageDocuments } from "./compare_documents.ts";
import type { Difference, EntryDifference, LayerPlace } from "./difference.ts";
import { compareLayers, type KeptContents, type OpenTar } from "./layer_entries.ts";
import { type PairedLayer, pairLayers } from "./pair_layers.ts";
import { splitRecords } from "./records.ts";

/** An image that is compared. */
export interface ComparedImage {
  /** As it is stored; none of an archive of docker, which has none. */
  readonly manifest: Uint8Array | undefined;
  readonly config: Uint8Array;
  /** Lowest first. */
  readonly layers: readonly {
    readonly descriptor: Descriptor;
    readonly blobs: Pick<BlobStore, "open">;
  }[];
}

/** What an image is beside the one that was built. */
export interface Comparison {
  /** `equivalent` when the content is the same, but for records or by whom it was packed. */
  readonly verdict: "identical" | "equivalent" | "different";
  readonly differences: readonly Difference[];
  /** What every build of an environment writes anew. */
  readonly records: readonly EntryDifference[];
  /** Layers of the same content that another program, or another version of one, has packed. */
  readonly repacked: readonly LayerPlace[];
  /** Whether the manifest was written by another program, such as an engine that pushed the image. */
  readonly isOtherManifest: boolean;
}

/** Options of {@linkcode compareImages}. */
export interface CompareImagesOptions {
  /** Where the records of the environment are; none for an image without one. */
  readonly records?: RecordPlaces | undefined;
  readonly signal?: AbortSignal;
  /** Told how many more bytes have been read. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Compares an image with what was built in its stead. Where all bytes are equal no layer is read.
 *
 * @throws {SyntaxError} when config, manifest or a layer of the image cannot be read, and what its
 * store throws of a blob that is missing or damaged.
 */
export async function compareImages(
  image: ComparedImage,
  built: ComparedImage,
  options: CompareImagesOptions = {},
): Promise<Comparison> {
  if (isSameBytes(image.manifest, built.manifest)) return IDENTICAL;
  const sides = { image: layersOf(image), built: layersOf(built) };
  const paired = pairLayers(sides.image, sides.built);
  const kept = keptContents(options.records);
  const repacked: LayerPlace[] = [];
  const entries: EntryDifference[] = [];
  const others = new Set<number>();
  for (const [i, b] of paired.pairs) {
    const [left, right] = [sides.image[i]!, sides.built[b]!];
    if (left.place.digest === right.place.digest) continue;
    const tars = { image: opener(left, options), built: opener(right, options) };
    others.add(b);
    if (left.diffId === right.diffId && await tarDigest(tars.image) === left.diffId) {
      repacked.push(left.place);
      continue;
    }
    const changes = await compareLayers(tars, kept);
    entries.push(...changes.map((change): EntryDifference => ({
      kind: "entry",
      layer: left.place,
      ...change,
    })));
  }
  const split = options.records === undefined
    ? { differences: entries, records: [] }
    : await splitRecords(entries, { places: options.records, kept });
  const documents = documentDifferences(
    { image: documentsOf(image), built: documentsOf(built) },
    { pairs: paired.pairs, others, isRecorded: split.records.length > 0 },
  );
  const differences: readonly Difference[] = [
    ...documents.differences,
    ...paired.missing.map((b): Difference => ({
      kind: "layer",
      layer: sides.built[b]!.place,
      problem: "missing",
    })),
    ...paired.added.map((i): Difference => ({
      kind: "layer",
      layer: sides.image[i]!.place,
      problem: "added",
    })),
    ...paired.moved.map((i): Difference => ({
      kind: "layer",
      layer: sides.image[i]!.place,
      problem: "moved",
    })),
    ...split.differences,
  ];
  // An archive of docker has no manifest: its config names all of its content.
  const isWhole = image.manifest === undefined && isSameBytes(image.config, built.config);
  if (differences.length === 0 && isWhole) return IDENTICAL;
  return {
    verdict: differences.length > 0 ? "different" : "equivalent",
    differences,
    records: split.records,
    repacked,
    isOtherManifest: documents.isOtherManifest,
  };
}

const IDENTICAL: Comparison = {
  verdict: "identical",
  differences: [],
  records: [],
  repacked: [],
  isOtherManifest: false,
};

function isSameBytes(image: Uint8Array | undefined, built: Uint8Array | undefined): boolean {
  return image !== undefined && built !== undefined && digestOf(image) === digestOf(built);
}

type OpenedLayer = PairedLayer & ComparedImage["layers"][number];

function layersOf({ config, layers }: ComparedImage): readonly OpenedLayer[] {
  const { rootfs, history = [] } = parseImageConfig(config);
  const steps = history.filter(({ empty_layer }) => empty_layer !== true);
  return layers.map((layer, i) => {
    const createdBy = steps.length === layers.length ? steps[i]!.created_by : undefined;
    return {
      ...layer,
      diffId: rootfs.diff_ids[i] ?? "",
      place: {
        number: i + 1,
        digest: layer.descriptor.digest,
        ...(createdBy === undefined ? {} : { createdBy }),
      },
    };
  });
}

function opener(
  { descriptor, blobs }: OpenedLayer,
  { signal, onProgress }: CompareImagesOptions,
): OpenTar {
  return async () => {
    const codec = codecOf(descriptor.mediaType);
    if (codec === undefined) {
      throw new SyntaxError(`layer ${descriptor.digest} is of type "${descriptor.mediaType}"`);
    }
    const packed = await blobs.open(descriptor, {
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    return decompressing(codec, packed);
  };
}

async function tarDigest(open: OpenTar): Promise<Digest> {
  const measure = new Measure();
  for await (const chunk of await open()) measure.update(chunk);
  return measuredDigest(measure.finish());
}

function keptContents(places: RecordPlaces | undefined): KeptContents {
  const kept = new Set(places?.catalogs);
  return { isKept: (path) => kept.has(path), image: new Map(), built: new Map() };
}

function documentsOf({ manifest, config }: ComparedImage): ImageDocuments {
  return {
    manifest: manifest === undefined ? undefined : parseObject(manifest),
    config: parseObject(config),
    isPlain: isSameBytes(config, encodeJson(parseObject(config))),
  };
}
