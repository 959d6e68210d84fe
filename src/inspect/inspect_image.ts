import { LayerStack } from "../base/mod.ts";
import { collect } from "../bytes/mod.ts";
import {
  type BlobOptions,
  type BlobStore,
  type Descriptor,
  type History,
  type ImageConfig,
  isIndex,
  isLinuxAmd64,
  type Manifest,
  parseAnyConfig,
  parseManifest,
} from "../oci/mod.ts";
import { OWN_LABELS, readLayerRecords } from "../plan/mod.ts";
import { problemOf } from "./blob_problem.ts";
import type { FoundImage } from "./find_images.ts";
import { inspectLayer } from "./inspect_layer.ts";
import type { Fault, ImagePart, InspectedLayer, Inspection } from "./inspection.ts";

const DOCUMENT_LIMIT = 4 * 1024 * 1024;
/** An index may lead to an index. */
const MOST_INDEXES = 8;

/**
 * Reads an image to its last byte and says what it is and all that is wrong with it. What cannot be
 * read hides what lies behind it, nothing else.
 */
export async function inspectImage(
  { name, references, root, blobs, hasManifest }: FoundImage,
  options: BlobOptions = {},
): Promise<Inspection> {
  const faults: Fault[] = [];
  const read = documentReader({ blobs, faults, options });
  const found = await findManifest(root, read, faults);
  const parsed = found && await read(found.manifest.config, parseAnyConfig);
  const config = parsed?.config;
  const stack = new LayerStack();
  const layers = found === undefined
    ? []
    : await inspectLayers(found.manifest, { blobs, config, stack, faults, options });
  const labels = config?.config?.Labels ?? {};
  const [catalog, rccVersion] = [labels[OWN_LABELS.catalog], labels[OWN_LABELS.rcc]];
  return {
    name,
    references,
    ...(found !== undefined && hasManifest ? { manifest: found.descriptor } : {}),
    ...(parsed?.statesPlatform
      ? { platform: `${parsed.config.os}/${parsed.config.architecture}` }
      : {}),
    ...(config?.created === undefined ? {} : { created: config.created }),
    config: config?.config ?? {},
    ...(catalog === undefined ? {} : { catalog }),
    ...(rccVersion === undefined ? {} : { rccVersion }),
    layers,
    tree: stack.tree,
    faults,
  };
}

interface Reading {
  readonly blobs: BlobStore;
  /** Where what is wrong is added. */
  readonly faults: Fault[];
  readonly options: BlobOptions;
}

type ReadDocument = <Document>(
  descriptor: Descriptor,
  parse: (bytes: Uint8Array) => Document,
) => Promise<Document | undefined>;

function documentReader({ blobs, faults, options }: Reading): ReadDocument {
  return async (descriptor, parse) => {
    try {
      return parse(await collect(await blobs.open(descriptor, options), DOCUMENT_LIMIT));
    } catch (error) {
      options.signal?.throwIfAborted();
      const isForm = error instanceof SyntaxError || error instanceof RangeError;
      const problem = isForm ? `it is no document of an image: ${error.message}` : problemOf(error);
      if (problem === undefined) throw error;
      faults.push({ digest: descriptor.digest, problem });
      return undefined;
    }
  };
}

interface FoundManifest {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
}

/** For linux/amd64 where there are several. */
async function findManifest(
  root: Descriptor,
  read: ReadDocument,
  faults: Fault[],
): Promise<FoundManifest | undefined> {
  let descriptor = root;
  for (let depth = 0; depth < MOST_INDEXES; depth++) {
    const { mediaType } = descriptor;
    const document = await read(descriptor, (bytes) => parseManifest(bytes, mediaType));
    if (document === undefined) return undefined;
    if (!isIndex(document)) return { descriptor, manifest: document };
    const next = document.manifests.find(({ platform }) => isLinuxAmd64(platform)) ??
      document.manifests.find(({ platform }) => platform === undefined);
    if (next === undefined) {
      faults.push({ digest: descriptor.digest, problem: "it has no image for linux/amd64" });
      return undefined;
    }
    descriptor = next;
  }
  faults.push({ digest: root.digest, problem: "its indexes form a cycle" });
  return undefined;
}

async function inspectLayers(
  { config: { digest: configDigest }, layers }: Manifest,
  { config, blobs, stack, faults, options }: Reading & {
    readonly config: ImageConfig | undefined;
    readonly stack: LayerStack;
  },
): Promise<readonly InspectedLayer[]> {
  const diffIds = config?.rootfs.diff_ids;
  if (diffIds !== undefined && diffIds.length !== layers.length) {
    const problem = `it has ${diffIds.length} diffIds, the manifest ${layers.length} layers`;
    faults.push({ digest: configDigest, problem });
  }
  const steps = (config?.history ?? []).filter(({ empty_layer }) => empty_layer !== true);
  const records = readLayerRecords({ layers }, {
    diffIds: diffIds ?? [],
    labels: config?.config?.Labels,
  });
  const recordAt = (i: number) => {
    const record = records[i];
    return record === undefined ? {} : { kind: record.kind, packages: record.packages };
  };
  const inspected: InspectedLayer[] = [];
  let isWhole = true;
  for (const [i, descriptor] of layers.entries()) {
    const { problem, ...verdict } = await inspectLayer(descriptor, {
      blobs,
      ...(isWhole ? { stack } : {}),
      diffId: diffIds?.[i],
      ...options,
    });
    if (problem !== undefined) faults.push({ digest: descriptor.digest, problem });
    isWhole &&= verdict.diffId !== undefined;
    inspected.push({ ...describe(descriptor, steps[i]), ...verdict, ...recordAt(i) });
  }
  return inspected;
}

const OWN_STEPS: readonly (readonly [beginning: string, part: ImagePart])[] = [
  ["rcc-oci: rcc and its user", "runtime"],
  ["rcc-oci: environment ", "environment"],
  ["rcc-oci: robot ", "robot"],
];

function describe(
  descriptor: Descriptor,
  step: History | undefined,
): Pick<InspectedLayer, "part" | "descriptor" | "createdBy"> {
  const createdBy = step?.created_by;
  const own = OWN_STEPS.find(([beginning]) => createdBy?.startsWith(beginning));
  return {
    part: own?.[1] ?? "base",
    descriptor,
    ...(createdBy === undefined ? {} : { createdBy }),
  };
}
