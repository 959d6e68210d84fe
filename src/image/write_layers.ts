import { concurrently } from "../bytes/mod.ts";
import type { FoundProgram } from "../packing/mod.ts";
import {
  type EnvironmentLayerPlan,
  isOfLibrary,
  isTaken,
  type LayerPlan,
  type PublishedLayer,
} from "../plan/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import { type BackgroundPacking, inPackingOrder, layersAtOnce } from "./background_packing.ts";
import type { Layer, WrittenLayer } from "./layer.ts";
import { LayerCache } from "./layer_cache.ts";
import { writeLayer, type WriteLayerOptions } from "./write_layer.ts";

/** Options of {@linkcode writeLayers}. */
export interface WriteLayersOptions extends Omit<WriteLayerOptions, "programs"> {
  /** Layers that are being packed already. */
  readonly background?: Pick<BackgroundPacking, "has" | "take"> | undefined;
  /** Told of each layer as soon as it is there, in any order. */
  readonly onLayer?: ((layer: Layer) => void) | undefined;
  /** Layers of published images, by their keys. */
  readonly published?: ReadonlyMap<string, PublishedLayer> | undefined;
  /** Which programs are in such a layer of the environment; it is packed when that is not known. */
  readonly programsIn?:
    | ((
      plan: EnvironmentLayerPlan,
      published: PublishedLayer,
    ) => Promise<readonly FoundProgram[] | undefined>)
    | undefined;
  /** Told of each program of the environment, those of layers from the cache too. */
  readonly onProgram?: ((program: FoundProgram) => void) | undefined;
}

/**
 * Writes those layers that the cache has not: each of the environment's by a worker, the largest
 * first, the others here.
 *
 * @returns The layers in the order of their plans.
 * @throws {Failure} naming the file whose content is damaged or cannot be read.
 */
export async function writeLayers(
  plans: readonly LayerPlan[],
  options: WriteLayersOptions,
): Promise<readonly Layer[]> {
  const { cache, packer, signal } = options;
  const layers = new Map<LayerPlan, Layer>();
  const add = (layer: Layer) => {
    layers.set(layer.plan, layer);
    layer.programs.forEach((program) => options.onProgram?.(program));
    options.onLayer?.(layer);
  };
  const missing: LayerPlan[] = [];
  const underway = plans.filter((plan) => options.background?.has(plan));
  for (const plan of plans) {
    if (underway.includes(plan)) continue;
    const taken = isTaken(plan) ? plan.published : undefined;
    const found = taken === undefined ? await findCached(plan, cache, { signal }) : undefined;
    const elsewhere = taken ?? options.published?.get(plan.key ?? "");
    if (found !== undefined) {
      add({ ...found, ...placeOf(found, elsewhere), plan, blobs: cache, fromCache: true });
    } else if (elsewhere === undefined) missing.push(plan);
    else {
      const programs = isOfLibrary(plan) ? await options.programsIn?.(plan, elsewhere) : [];
      if (programs === undefined) missing.push(plan);
      else add({ ...elsewhere, plan, programs, fromCache: true });
    }
  }
  const environment = inPackingOrder(missing.filter(isOfLibrary));
  const facts = missing.filter((plan) => plan.kind === "facts");
  const others = missing.filter((plan) => !isOfLibrary(plan) && plan.kind !== "facts");
  packer.start(environment.length);
  const write = async (plan: LayerPlan, more: Partial<WriteLayerOptions>) => {
    const written = await (options.background?.take(plan, more) ??
      writeLayer(plan, { ...options, ...more }));
    add({ ...written, plan, blobs: cache, fromCache: false });
  };
  await concurrently(
    [...underway, ...others, ...environment],
    { limit: underway.length + layersAtOnce(packer), signal },
    (plan, signal) => write(plan, { signal }),
  );
  for (const plan of facts) {
    await write(plan, { programs: [...layers.values()].flatMap(({ programs }) => programs) });
  }
  return plans.map((plan) => layers.get(plan)!);
}

/** Where the very layer of the cache may be mounted from. */
function placeOf(
  { descriptor }: WrittenLayer,
  published: PublishedLayer | undefined,
): Pick<Layer, "reference"> {
  const { descriptor: there, reference } = published ?? {};
  return reference === undefined || there?.digest !== descriptor.digest ? {} : { reference };
}

/** Has a layer written anew, whether it is in the cache or not. */
export async function forgetLayer({ key }: LayerPlan, cache: BlobCache): Promise<void> {
  if (key !== undefined) await new LayerCache(cache).forget(key);
}

/** Those of the layers that were not written before, or are no longer there. */
export async function missingLayers<Plan extends LayerPlan>(
  plans: readonly Plan[],
  cache: BlobCache,
): Promise<readonly Plan[]> {
  const missing: Plan[] = [];
  for (const plan of plans) if (await findCached(plan, cache) === undefined) missing.push(plan);
  return missing;
}

/** The layer that was written before, when it is still there. */
export async function findCached(
  { key }: LayerPlan,
  cache: BlobCache,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<WrittenLayer | undefined> {
  if (key === undefined) return undefined;
  return await new LayerCache(cache).find(key, signal === undefined ? {} : { signal });
}
