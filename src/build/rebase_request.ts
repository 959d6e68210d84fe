import { type BaseSource, findManifest, type FoundManifest, openOrigin } from "../base/mod.ts";
import type { CacheImage } from "../cache_image/mod.ts";
import { Failure } from "../failure/mod.ts";
import { formatReference, parseReference, type Reference } from "../oci/mod.ts";
import type { BuildRequest } from "./request.ts";

/** An image that is to be put on another base. */
export interface RebaseRequest {
  /** As it was named. */
  readonly image: string;
  /** What it is put on; by default what its base is called. */
  readonly baseImage?: string | undefined;
  /** What it stands on; by default what its labels say. */
  readonly oldBase?: string | undefined;
  /** Where it goes. What is in it is not asked, but for labels. */
  readonly build: BuildRequest;
}

/** What an image says of its base. */
export interface StatedBase {
  readonly name: string;
  readonly digest?: string;
}

/** @throws {Failure} when it says nothing. */
export function statedBase({ name, found: { config } }: CacheImage): StatedBase {
  const labels = config.config?.Labels ?? {};
  const base = labels["org.opencontainers.image.base.name"];
  const digest = labels["org.opencontainers.image.base.digest"];
  if (base === undefined) {
    throw new Failure(
      "environment/cache-image",
      `failed to rebase "${name}": it has no label org.opencontainers.image.base.name, build it ` +
        "with this version",
    );
  }
  return { name: base, ...(digest === undefined ? {} : { digest }) };
}

/** The base that the image is put on, or held against. @throws {Failure} when nobody can say. */
export function newBaseName(image: CacheImage, { baseImage }: RebaseRequest): string {
  if (baseImage !== undefined) return baseImage;
  const { name } = statedBase(image);
  if (name === "scratch" || registryReference(name) !== undefined) return name;
  throw new Failure(
    "usage/option",
    `failed to find the base of "${image.name}": "${name}" was an image of a machine, name one ` +
      "with --base-image",
  );
}

/**
 * The manifest and config of what the image stands on; none for `scratch`.
 *
 * @throws {Failure} when it cannot be found.
 */
export async function openOldBase(
  image: CacheImage,
  { oldBase }: RebaseRequest,
  options: { readonly registry: BaseSource; readonly signal: AbortSignal },
): Promise<FoundManifest | undefined> {
  const name = oldBase ??
    pinnedBase(statedBase(image), { image: image.name, option: "--old-base" });
  if (name === "scratch") return undefined;
  try {
    return await openManifest(name, options);
  } catch (error) {
    if (oldBase !== undefined || !(error instanceof Failure)) throw error;
    if (error.id !== "base/not-found") throw error;
    const cure = `name a copy of it with --old-base, or build "${image.name}" again`;
    throw new Failure("base/not-found", `${error.message}; ${cure}`, { cause: error });
  }
}

/** Reads nothing else of an image. */
export async function openManifest(
  name: string,
  options: { readonly registry: BaseSource; readonly signal: AbortSignal },
): Promise<FoundManifest> {
  const { signal } = options;
  return await findManifest(await openOrigin(name, options), { name, signal });
}

/**
 * What an image stands on, by its digest.
 *
 * @throws {Failure} when it is in no registry, naming the option that says where it is.
 */
export function pinnedBase(
  { name, digest }: StatedBase,
  { image, option }: { readonly image: string; readonly option: string },
): string {
  if (name === "scratch") return name;
  const reference = registryReference(name);
  if (reference !== undefined && digest !== undefined) {
    const { registry, repository } = reference;
    return `${formatReference({ registry, repository })}@${digest}`;
  }
  throw new Failure(
    "usage/option",
    `failed to find what "${image}" stands on: "${name}" was an image of a machine, name it ` +
      `with ${option}`,
  );
}

/** Labels have the whole reference of what is from a registry. */
function registryReference(name: string): Reference | undefined {
  try {
    const reference = parseReference(name);
    return formatReference(reference) === name ? reference : undefined;
  } catch {
    return undefined;
  }
}
