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
import type {
  Difference,
  EntryDifference,
  FieldDifference,
  LayerDifference,
  LayerPlace,
} from "./difference.ts";
import { compareLayers, type KeptContents, type OpenTar } from "./layer_entries.ts";
import { type LayerPairs, type PairedLayer, pairLayers } from "./pair_layers.ts";
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
  const layers = await comparePairs(paired.pairs, { ...options, ...sides, kept });
  const { differences: entries, records } = options.records === undefined
    ? { differences: layers.entries, records: [] }
    : await splitRecords(layers.entries, { places: options.records, kept });
  const documents = documentDifferences(
    { image: documentsOf(image), built: documentsOf(built) },
    { ...layers, pairs: paired.pairs },
  );
  const differences: readonly Difference[] = [
    ...documents.differences,
    ...layers.fields,
    ...layerDifferences(paired, sides),
    ...entries,
  ];
  const repacked = paired.pairs.filter(([, b]) => layers.repacked.has(b))
    .map(([i]) => sides.image[i]!.place);
  const isExplained = [differences, records, repacked].some(({ length }) => length > 0);
  const isSameConfig = isSameBytes(image.config, built.config);
  if (!isExplained && !isSameConfig && !documents.isOtherManifest) {
    return { ...IDENTICAL, verdict: "different", differences: [ANOTHER_TEXT] };
  }
  // An archive of docker has no manifest: its config names all of its content.
  if (differences.length === 0 && image.manifest === undefined && isSameConfig) return IDENTICAL;
  return {
    verdict: differences.length > 0 ? "different" : "equivalent",
    differences,
    records,
    repacked,
    isOtherManifest: documents.isOtherManifest || (!isExplained && isSameConfig),
  };
}

const IDENTICAL: Comparison = {
  verdict: "identical",
  differences: [],
  records: [],
  repacked: [],
  isOtherManifest: false,
};

const ANOTHER_TEXT: Difference = { kind: "field", document: "config", field: "" };

interface PairsToCompare extends CompareImagesOptions {
  readonly image: readonly OpenedLayer[];
  readonly built: readonly OpenedLayer[];
  readonly kept: KeptContents;
}

/** What was found of layers that should be one, by the indexes of those that were built. */
interface ComparedPairs {
  readonly entries: readonly EntryDifference[];
  readonly changed: ReadonlySet<number>;
  readonly repacked: ReadonlySet<number>;
  /** What the config says of layers and is not so. */
  readonly fields: readonly FieldDifference[];
}

async function comparePairs(
  pairs: LayerPairs["pairs"],
  { image, built, kept, ...options }: PairsToCompare,
): Promise<ComparedPairs> {
  const entries: EntryDifference[] = [];
  const fields: FieldDifference[] = [];
  const [changed, repacked] = [new Set<number>(), new Set<number>()];
  for (const [i, b] of pairs) {
    const [left, right] = [image[i]!, built[b]!];
    const tars = { image: opener(left, options), built: opener(right, options) };
    const isSame = left.place.digest === right.place.digest ||
      await tarDigest(tars.image) === right.diffId;
    if (!isSame) {
      changed.add(b);
      const changes = await compareLayers(tars, kept);
      entries.push(...changes.map((change): EntryDifference => ({
        ...{ kind: "entry", layer: left.place },
        ...change,
      })));
      continue;
    }
    if (left.place.digest !== right.place.digest) repacked.add(b);
    if (left.diffId !== right.diffId) {
      fields.push({
        ...{ kind: "field", document: "config", field: `rootfs.diff_ids[${i}]` },
        ...{ image: left.diffId, built: right.diffId },
      });
    }
  }
  return { entries, fields, changed, repacked };
}

function layerDifferences(
  { missing, added, moved }: LayerPairs,
  { image, built }: Pick<PairsToCompare, "image" | "built">,
): readonly LayerDifference[] {
  const difference = (
    { place }: OpenedLayer,
    problem: LayerDifference["problem"],
  ): LayerDifference => ({ kind: "layer", layer: place, problem });
  return [
    ...missing.map((b) => difference(built[b]!, "missing")),
    ...added.map((i) => difference(image[i]!, "added")),
    ...moved.map((i) => difference(image[i]!, "moved")),
  ];
}

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
  const kept = new Set(places === undefined ? [] : [...places.catalogs, places.activation]);
  return { isKept: (path) => kept.has(path), image: new Map(), built: new Map() };
}

function documentsOf({ manifest, config }: ComparedImage): ImageDocuments {
  return {
    manifest: manifest === undefined ? undefined : parseObject(manifest),
    config: parseObject(config),
    isPlain: isSameBytes(config, encodeJson(parseObject(config))),
  };
}
