import { ContentError, type FoundProgram, type Packer, WorkerError } from "../compression/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { LayerPlan } from "../plan/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import type { Layer } from "./layer.ts";
import { LayerCache } from "./layer_cache.ts";
import { type LayerCopy, writeLayer, type WrittenLayer } from "./write_layer.ts";

/** Options of {@linkcode writeLayers}. */
export interface WriteLayersOptions {
  /** Where the layers' bytes are kept. */
  readonly cache: BlobCache;
  readonly packer: Packer;
  /** Begins a layer for all who take it while it is packed. */
  readonly beginCopies?: () => Promise<readonly LayerCopy[]>;
  /** Told of each layer that the cache has, before the next is looked at. */
  readonly onCached?: (layer: Layer) => Promise<void>;
  readonly signal?: AbortSignal;
  /** Told the bytes of each layer's tar as they are packed. */
  readonly onProgress?: (plan: LayerPlan, bytes: number) => void;
  /** Told of each program of the environment when its layer is packed. */
  readonly onProgram?: (program: FoundProgram) => void;
}

/**
 * Writes those layers that the cache has not.
 *
 * @throws {Failure} naming the file whose content is damaged or cannot be read.
 */
export async function writeLayers(
  plans: readonly LayerPlan[],
  options: WriteLayersOptions,
): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const plan of plans) layers.push(await writeOrFind(plan, options));
  return layers;
}

/** Has a layer written anew, whether it is in the cache or not. */
export async function forgetLayer({ key }: LayerPlan, cache: BlobCache): Promise<void> {
  if (key !== undefined) await new LayerCache(cache).forget(key);
}

/** Whether the layer was written before and is still there. */
export async function isCached(plan: LayerPlan, cache: BlobCache): Promise<boolean> {
  return await findCached(plan, cache) !== undefined;
}

/** The layer that was written before, when it is still there. */
export async function findCached(
  { key }: LayerPlan,
  cache: BlobCache,
): Promise<WrittenLayer | undefined> {
  return key === undefined ? undefined : await new LayerCache(cache).find(key);
}

async function writeOrFind(plan: LayerPlan, options: WriteLayersOptions): Promise<Layer> {
  const { cache, onCached, signal } = options;
  const layerCache = new LayerCache(cache);
  const { name, createdBy, key } = plan;
  const found = key === undefined
    ? undefined
    : await layerCache.find(key, signal === undefined ? {} : { signal });
  if (found !== undefined) {
    const layer = { name, createdBy, ...found, blobs: cache, fromCache: true };
    await onCached?.(layer);
    return layer;
  }
  const written = await write(plan, options).catch((error) => {
    if (!(error instanceof ContentError) || error.problem !== "unforeseen") throw error;
    return write(plan, { ...options, thorough: true });
  }).catch((error) => {
    throw asFailure(plan, error);
  });
  if (key !== undefined) await layerCache.keep(key, written);
  return { name, createdBy, ...written, blobs: cache, fromCache: false };
}

async function write(
  plan: LayerPlan,
  { cache, beginCopies, onProgress, ...options }: WriteLayersOptions & {
    readonly thorough?: boolean;
  },
): Promise<WrittenLayer> {
  await using output = await cache.begin();
  await using begun = new AsyncDisposableStack();
  const copies = await beginCopies?.() ?? [];
  for (const copy of copies) begun.use(copy);
  return await writeLayer(plan, output, {
    ...options,
    copies,
    onProgress: (bytes) => onProgress?.(plan, bytes),
  });
}

function asFailure(plan: LayerPlan, error: unknown): unknown {
  if (error instanceof ContentError) return contentFailure(plan, error);
  return error instanceof WorkerError ? workerFailure(plan, error) : error;
}

function workerFailure({ name }: LayerPlan, error: WorkerError): Failure {
  return new Failure(
    "rcc/worker",
    `failed to pack "${name}": ${error.message}, allow more threads and memory or take --jobs 1`,
    { cause: error },
  );
}

function contentFailure({ name }: LayerPlan, error: ContentError): Failure {
  const { content, problem, message } = error;
  const action = `failed to pack "${content}": `;
  if (name === "environment") {
    if (problem === "unpatchable") {
      const cure = "the catalog does not fit its files, build the environment again";
      return new Failure("environment/relocation", `${action}${message}; ${cure}`, {
        cause: error,
      });
    }
    return problem === "damaged"
      ? new Failure(
        "environment/blob-damaged",
        `${action}its blob is damaged, ${message}; run \`rcc holotree check\`, then build the ` +
          `environment again`,
        { cause: error },
      )
      : new Failure("environment/blob-unreadable", `${action}${message}, make it readable`, {
        cause: error,
      });
  }
  const id = name === "robot" ? "robot/file" : "rcc/unreadable";
  return new Failure(id, `${action}${message}, build again when it no longer changes`, {
    cause: error,
  });
}
