import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { layerContent, layerSize, type SpaceFact, spaceNeeds } from "../checks/mod.ts";
import { findTarget, freeSpace, mayLink, nearestFolder } from "../files/mod.ts";
import { findCached } from "../image/mod.ts";
import { type Digest, hexOf } from "../oci/mod.ts";
import { isOfLibrary, isTaken, layerEntries, type LayerPlan, type Plan } from "../plan/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import { sampleRatio } from "./sample_ratio.ts";

/** Options of {@linkcode diskSpaceFacts}. */
export interface DiskSpaceOptions {
  readonly cache: BlobCache;
  /** Where the image is to go. */
  readonly save?: string | undefined;
  readonly ociLayout?: string | undefined;
  /** Whether the most that may be written is enough to know: that takes far less time. */
  readonly atMost?: boolean;
  /** The sizes of the plan's layers where they are known, as `estimateLayers` gives them. */
  readonly sizes?: readonly LayerEstimate[];
  readonly signal?: AbortSignal | undefined;
}

/** How much is going to be written where, and how much room is there. */
export async function diskSpaceFacts(
  plan: Plan,
  options: DiskSpaceOptions,
): Promise<readonly SpaceFact[]> {
  const { cache, save, ociLayout } = options;
  const layers = options.sizes ?? await estimateLayers(plan, options);
  const base = plan.base.layers.map(({ descriptor: { digest, size } }) => ({
    digest,
    bytes: size,
  }));
  const file = await isFile(save) ? save : undefined;
  const isFetched = plan.base.reference !== undefined && (save ?? ociLayout) !== undefined;
  const toFetch = isFetched ? await bytesMissing(base, (digest) => cache.pathOf(digest)) : 0;
  const inLayout = (digest: Digest) => join(ociLayout!, "blobs", "sha256", hexOf(digest));
  const known = [...base, ...layers.filter(({ digest }) => digest !== undefined)];
  const present = async (layout: string) => {
    if (!await mayLink(cache.path, layout)) {
      return sum(known) - await bytesMissing(known, inLayout);
    }
    // What the cache has gets another name there. A base of another layout is copied.
    const copied = isFetched ? [] : base;
    return sum(base) + sum(layers) - await bytesMissing(copied, inLayout);
  };
  const outputs = [
    ...(file === undefined ? [] : [{ path: resolve(file), presentBytes: 0 }]),
    ...(ociLayout === undefined ? [] : [{
      path: resolve(ociLayout),
      presentBytes: await present(resolve(ociLayout)),
    }]),
  ];
  const needs = spaceNeeds({
    layers: layers.map(({ bytes, digest }) => ({ bytes, isCached: digest !== undefined })),
    baseBytes: sum(base),
    baseToFetch: toFetch,
    cachePath: cache.path,
    outputs,
  });
  const facts = await Promise.all(needs.map(async (need): Promise<SpaceFact[]> => {
    const disk = await diskOf(need.path);
    return disk === undefined ? [] : [{ ...need, ...disk }];
  }));
  return facts.flat();
}

/** How large a layer is, or is going to be. */
export interface LayerEstimate {
  readonly bytes: number;
  /** Known of a layer that has been written. */
  readonly digest?: Digest | undefined;
}

/** What goes to a pipe or a device takes no room here. */
async function isFile(path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  return await findTarget(path).then(({ kind }) => kind !== "stream", () => true);
}

/** The sizes of the layers above the base. */
export async function estimateLayers(
  plan: Plan,
  options: Pick<DiskSpaceOptions, "cache" | "atMost" | "signal">,
): Promise<readonly LayerEstimate[]> {
  const layers: LayerEstimate[] = [];
  for (const layer of plan.layers) layers.push(await sizeOf(layer, plan, options));
  return layers;
}

async function sizeOf(
  layer: LayerPlan,
  { packing }: Plan,
  { cache, signal, atMost = false }: Pick<DiskSpaceOptions, "cache" | "atMost" | "signal">,
): Promise<LayerEstimate> {
  const cached = await findCached(layer, cache);
  if (cached !== undefined) {
    const { size, digest } = cached.descriptor;
    return { bytes: size, digest };
  }
  if (isTaken(layer)) {
    const { size, digest } = layer.published.descriptor;
    return { bytes: size, digest };
  }
  if (atMost && isOfLibrary(layer)) return { bytes: await layer.most() };
  // It says what is found while the others are packed.
  if (layer.kind === "facts") return { bytes: layer.size };
  const content = layerContent(await layerEntries(layer));
  const ratio = atMost ? 1 : await sampleRatio(content.files, signal);
  return { bytes: layerSize(content, { packing, ratio }) };
}

function sum(blobs: readonly LayerEstimate[]): number {
  return blobs.reduce((total, { bytes }) => total + bytes, 0);
}

async function bytesMissing(
  blobs: readonly LayerEstimate[],
  pathOf: (digest: Digest) => string,
): Promise<number> {
  const missing = await Promise.all(blobs.map(async (blob) => {
    const file = await stat(pathOf(blob.digest!)).catch(() => undefined);
    return file?.size === blob.bytes ? 0 : blob.bytes;
  }));
  return missing.reduce((total, bytes) => total + bytes, 0);
}

/** Nothing where the system does not say it. */
async function diskOf(
  path: string,
): Promise<Pick<SpaceFact, "device" | "freeBytes"> | undefined> {
  try {
    const folder = await nearestFolder(path);
    const [{ dev }, { bytes }] = await Promise.all([stat(folder), freeSpace(folder)]);
    return { device: String(dev), freeBytes: bytes };
  } catch {
    return undefined;
  }
}
