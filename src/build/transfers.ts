import type { BaseSummary } from "../base/mod.ts";
import { failuresOf } from "../failure/mod.ts";
import { type Digest, formatReference, type Reference } from "../oci/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import type { PlannedLayer } from "./oci_build_plan.ts";
import type { PlannedImage } from "./dry_run.ts";
import { onlyPushes } from "./outputs.ts";
import type { BuildRequest } from "./request.ts";
import type { Session } from "./session.ts";

/** Something that would come from another host, or go there. */
export interface Transfer {
  /** `rcc 18.18.1`, `2 layers of the base`. */
  readonly what: string;
  /** The host, or the repository. */
  readonly where: string;
  /** In bytes, estimated where it is not known; none when nobody can say. */
  readonly size?: number;
}

/** The base's layers, and which of them the cache has. */
export async function baseLayersOf(
  { base }: PlannedImage,
  cache: BlobCache,
): Promise<readonly PlannedLayer[]> {
  return await Promise.all(base.layers.map(async ({ descriptor: { digest, size } }) => ({
    name: "base" as const,
    createdBy: `base ${base.referenceName}`,
    size,
    digest,
    isCached: base.reference === undefined || await cache.has(digest),
  })));
}

/** Options of {@linkcode downloadsOf}. */
export interface TransferOptions extends Session {
  readonly request: BuildRequest;
  /** All layers of the image, the base's among them. */
  readonly layers: readonly PlannedLayer[];
}

/** What would be downloaded. */
export async function downloadsOf(
  { rcc, base }: PlannedImage,
  { request, layers, ...session }: TransferOptions,
): Promise<readonly Transfer[]> {
  const release = rcc.origin !== "download" ? [] : [{
    what: `rcc ${rcc.version}`,
    where: new URL(rcc.url).host,
    ...(rcc.size === undefined ? {} : { size: rcc.size }),
  }];
  const missing = layers.filter(({ name, isCached }) => name === "base" && !isCached);
  if (missing.length === 0 || base.reference === undefined) return release;
  // What a registry only hands on to another goes through, as far as that one lacks it.
  const isHandedOn = base.isRead && onlyPushes(request.outputs);
  const wanted = isHandedOn ? await lackedBySome(missing, request.image.tags, session) : missing;
  return [...release, ...transferOf("of the base", registryOf(base), wanted)];
}

/** What would be uploaded: what the registries have not, as far as they say. */
export async function uploadsOf(
  { base }: PlannedImage,
  { request, layers, ...session }: TransferOptions,
): Promise<readonly Transfer[]> {
  const { tags } = request.image;
  if (!request.outputs.push) return [];
  const repositories = new Map(tags.map((tag) => [nameOf(tag), tag]));
  const transfers: Transfer[] = [];
  for (const [name, tag] of repositories) {
    const isNear = base.reference?.registry === tag.registry;
    const own = layers.filter((layer) => !(isNear && layer.name === "base"));
    transfers.push(...transferOf("of the image", name, await lacked(own, tag, session)));
  }
  return transfers;
}

async function lackedBySome(
  layers: readonly PlannedLayer[],
  tags: readonly Reference[],
  session: Session,
): Promise<readonly PlannedLayer[]> {
  const each = await Promise.all(tags.map((tag) => lacked(layers, tag, session)));
  return layers.filter((layer) => each.some((lacking) => lacking.includes(layer)));
}

async function lacked(
  layers: readonly PlannedLayer[],
  tag: Reference,
  { registries: { client }, context: { signal } }: Session,
): Promise<readonly PlannedLayer[]> {
  const has = await Promise.all(layers.map(async ({ digest }) => {
    if (digest === undefined) return false;
    try {
      return await client.hasBlob(tag, digest as Digest, { signal });
    } catch (error) {
      if (failuresOf(error).length === 0) throw error;
      return false; // Whether it may be pushed at all shows when it is pushed.
    }
  }));
  return layers.filter((_, i) => !has[i]);
}

function transferOf(
  of: string,
  where: string,
  layers: readonly PlannedLayer[],
): readonly Transfer[] {
  if (layers.length === 0) return [];
  const what = `${layers.length === 1 ? "1 layer" : `${layers.length} layers`} ${of}`;
  const isKnown = layers.every(({ size }) => size !== undefined);
  const size = layers.reduce((sum, { size = 0 }) => sum + size, 0);
  return [{ what, where, ...(isKnown ? { size } : {}) }];
}

function registryOf({ reference }: BaseSummary): string {
  return reference!.registry;
}

function nameOf({ registry, repository }: Reference): string {
  return formatReference({ registry, repository });
}
