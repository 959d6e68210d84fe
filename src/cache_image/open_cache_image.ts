import { type BaseSource, findManifest, type FoundManifest, openOrigin } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import { type BlobStore, codecOf, type History, isObject, type Reference } from "../oci/mod.ts";
import {
  ENVIRONMENT_LABEL,
  type EnvironmentLabel,
  KEPT_KINDS,
  type LayerRecord,
  OWN_LABELS,
  type PublishedEnvironment,
  type PublishedLayer,
  readLayerRecords,
} from "../plan/mod.ts";
import type { EnvironmentFacts } from "./environment_facts.ts";
import { inconsistent } from "./inconsistent.ts";
import { layerFailure } from "./layer_failure.ts";
import { readEnvironmentFacts } from "./read_environment_facts.ts";

/** An image whose layers may be taken. */
export interface CacheImage {
  /** As it was named. */
  readonly name: string;
  /** Its layers of ours by their keys. */
  readonly layers: ReadonlyMap<string, PublishedLayer>;
  /** None of a shell robot. */
  readonly environment?: PublishedEnvironment;
  /** Its manifest and config. */
  readonly found: FoundManifest;
  /** Has all its blobs. */
  readonly blobs: BlobStore;
  /**
   * What it says of its environment, pulled and verified.
   *
   * @throws {Failure} when that is not whole, or contradicts the image.
   */
  facts(): Promise<EnvironmentFacts>;
}

/** Options of {@linkcode openCacheImage}. */
export interface OpenCacheImageOptions {
  readonly registry?: BaseSource;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an image of this program for others to take its layers. Of the image nothing but manifest and
 * config is read.
 *
 * @throws {Failure} when there is none, or it contradicts itself.
 */
export async function openCacheImage(
  name: string,
  { registry, signal }: OpenCacheImageOptions = {},
): Promise<CacheImage> {
  const options = signal === undefined ? {} : { signal };
  const origin = await openOrigin(name, {
    ...options,
    ...(registry === undefined ? {} : { registry }),
  });
  const found = await findManifest(origin, { name, ...options });
  const { blobs, reference } = origin;
  const layers = ownLayers(found, { name, blobs, reference });
  const label = readLabel(found, name);
  const environment = label === undefined
    ? undefined
    : publishedEnvironment(layers, { name, label });
  return {
    name,
    layers: new Map(layers.map((layer) => [layer.record.key, layer])),
    found,
    blobs,
    ...(environment === undefined ? {} : { environment }),
    async facts() {
      const layer = environment?.layers.find(({ record }) => record.kind === "facts");
      if (layer === undefined) throw inconsistent(name, "it says nothing of an environment");
      const facts = await readEnvironmentFacts(layer, { name, signal }).catch((error) => {
        throw layerFailure(layer, error) ?? error;
      });
      const { blueprint, path } = facts.catalog;
      if (blueprint !== label!.blueprint || path !== label!.path) {
        throw inconsistent(name, "its facts are of another environment than its label");
      }
      return facts;
    },
  };
}

/** The environment of an image as if its library were here, as far as start checks look into it. */
export function environmentOf({ catalog, mode }: EnvironmentFacts, name: string): Environment {
  const absent = () =>
    new Failure(
      "environment/library-not-found",
      `failed to read the environment's content: no library is here, and of "${name}" its layers ` +
        "are taken whole",
    );
  return {
    catalog,
    catalogFile: new Uint8Array(),
    mode,
    library: {
      kind: "folder",
      path: name,
      catalogs: () => Promise.resolve([]),
      readCatalog: () => Promise.reject(absent()),
      locate: () => undefined,
      placeOf() {
        throw absent();
      },
    },
    open: () => Promise.reject(absent()),
    packages: () => Promise.resolve({ packages: [], isWhole: true }),
    details: () => Promise.reject(absent()),
  };
}

interface ImagePlace {
  readonly name: string;
  readonly blobs: BlobStore;
  readonly reference: Reference | undefined;
}

/** The layers that the image says are ours: above those of the base, below the robot's. */
function ownLayers(
  { manifest, config }: FoundManifest,
  { name, blobs, reference }: ImagePlace,
): readonly PublishedLayer[] {
  const { layers } = manifest;
  const diffIds = config.rootfs.diff_ids;
  const steps = (config.history ?? []).filter(({ empty_layer }) => empty_layer !== true);
  if (diffIds.length !== layers.length) {
    throw inconsistent(name, `it has ${layers.length} layers and ${diffIds.length} diffIds`);
  }
  if (steps.length !== layers.length) {
    throw inconsistent(name, `it has ${layers.length} layers and a history of ${steps.length}`);
  }
  const records = readLayerRecords(manifest, { diffIds, labels: config.config?.Labels });
  const first = records.findIndex((record) => record !== undefined);
  if (first < 0) return [];
  const own = records.slice(first, -1);
  if (own.includes(undefined)) throw inconsistent(name, "a layer of others stands among its own");
  if (records.at(-1) !== undefined) throw inconsistent(name, "it has no layer of a robot");
  requireStep(steps.at(-1), { name, beginning: "rcc-oci: robot " });
  const seen = new Set<string>();
  return own.map((record, i) => {
    const at = first + i;
    const descriptor = layers[at]!;
    if (codecOf(descriptor.mediaType) === undefined) {
      throw inconsistent(name, `layer ${descriptor.digest} is of type "${descriptor.mediaType}"`);
    }
    if (seen.has(record!.key)) throw inconsistent(name, "two of its layers have one key");
    seen.add(record!.key);
    const createdBy = requireStep(steps[at], { name, beginning: beginningOf(record!) });
    return {
      image: name,
      record: record!,
      descriptor: {
        mediaType: descriptor.mediaType,
        digest: descriptor.digest,
        size: descriptor.size,
      },
      diffId: diffIds[at]!,
      createdBy,
      blobs,
      ...(reference === undefined ? {} : { reference }),
    };
  });
}

function beginningOf({ kind }: LayerRecord): string {
  return kind === "runtime" ? "rcc-oci: rcc and its user" : "rcc-oci: environment ";
}

function requireStep(
  step: History | undefined,
  { name, beginning }: { readonly name: string; readonly beginning: string },
): string {
  const createdBy = step?.created_by ?? "";
  if (createdBy.startsWith(beginning)) return createdBy;
  throw inconsistent(name, `its history says "${createdBy}" where "${beginning}" was expected`);
}

function readLabel({ config }: FoundManifest, name: string): EnvironmentLabel | undefined {
  const labels = config.config?.Labels ?? {};
  const text = labels[ENVIRONMENT_LABEL];
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw inconsistent(name, `its label ${ENVIRONMENT_LABEL} is no JSON`);
  }
  if (!isLabel(value)) {
    throw inconsistent(name, `its label ${ENVIRONMENT_LABEL} is of another form`);
  }
  if (labels[OWN_LABELS.catalog] !== value.blueprint) {
    throw inconsistent(name, "its labels name two environments");
  }
  return value;
}

function isLabel(value: unknown): value is EnvironmentLabel {
  if (!isObject(value) || !isObject(value.rcc) || !isObject(value.recipes)) return false;
  const { version, blueprint, path, rcc, recipes } = value;
  const isHash = (text: unknown) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
  return version === 1 && typeof blueprint === "string" && /^[0-9a-f]{16}$/.test(blueprint) &&
    typeof path === "string" && isHash(rcc.sha256) && Number.isSafeInteger(rcc.size) &&
    isHash(recipes.environment) && isHash(recipes.runtime);
}

/** @throws {Failure} when a layer is missing, or they are not in their order. */
function publishedEnvironment(
  layers: readonly PublishedLayer[],
  { name, label }: { readonly name: string; readonly label: EnvironmentLabel },
): PublishedEnvironment {
  const [runtime, ...environment] = layers;
  if (runtime?.record.kind !== "runtime") throw inconsistent(name, "it has no layer of rcc");
  const places = environment.map(({ record }) => KEPT_KINDS.indexOf(record.kind));
  const isOrdered = places.every((place, i) => place >= (places[i - 1] ?? 1));
  if (!isOrdered) throw inconsistent(name, "its layers are not in their order");
  const count = (kind: LayerRecord["kind"]) =>
    environment.filter(({ record }) => record.kind === kind).length;
  if (count("facts") !== 1) throw inconsistent(name, "it does not say what its environment is");
  if (count("records") + count("environment") < 1) {
    throw inconsistent(name, "the environment's records are missing");
  }
  const beginning = `rcc-oci: environment ${label.blueprint}: `;
  if (!environment.every(({ createdBy }) => createdBy.startsWith(beginning))) {
    throw inconsistent(name, "a layer is of another environment than its label says");
  }
  return { name, layers: environment, runtime, label };
}
