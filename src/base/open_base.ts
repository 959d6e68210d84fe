import { Failure } from "../failure/mod.ts";
import {
  type BlobOptions,
  type BlobStore,
  type Digest,
  type ImageConfig,
  LINUX_AMD64,
  type Reference,
} from "../oci/mod.ts";
import { type BlobCache, MemoryStore } from "../store/mod.ts";
import { type BaseFacts, hasFacts, readFacts } from "./base_facts.ts";
import { withPlaceFailures } from "./base_failure.ts";
import { type BaseLayer, baseLayers, heldBackWarnings } from "./base_layer.ts";
import { dockerArchiveSource } from "./docker_archive_source.ts";
import { findManifest } from "./find_manifest.ts";
import { layoutArchiveSource, layoutSource } from "./layout_source.ts";
import { inRegistry } from "./local_form.ts";
import { NO_LOADER } from "./loader_facts.ts";
import type { BaseOrigin, BaseSource } from "./origin.ts";
import { Tree } from "./tree.ts";
import { NO_PACKAGES } from "./system_packages.ts";
import { parseUsers } from "./users.ts";

/** An image for linux/amd64 that the robot's layers are put on. */
export interface Base extends BaseFacts {
  /** As it was given. */
  readonly name: string;
  /** What labels call it: its full reference, or what its place has in the stead of one. */
  readonly referenceName: string;
  /** Of its manifest; none for `scratch`, and for a docker archive, which has no manifest. */
  readonly digest: Digest | undefined;
  readonly config: ImageConfig;
  /** Lowest first. */
  readonly layers: readonly BaseLayer[];
  /** Has all layers. */
  readonly blobs: BlobStore;
  /** Where it is in a registry, none for one of this machine. */
  readonly reference?: Reference;
  /** What a user is to know of it, in words: `base image "x" …`. */
  readonly warnings: readonly string[];
}

/** Options of {@linkcode openBase}. */
export interface OpenBaseOptions extends BlobOptions {
  /** Where facts are kept, so that a base is read once. */
  readonly cache?: BlobCache;
  /** What others know of a base by the digest of its manifest. */
  readonly knownFacts?: ((digest: Digest) => BaseFacts | undefined) | undefined;
  /** Where names without a prefix of a place on this machine are looked up. */
  readonly registry?: BaseSource;
}

const LOCAL_SOURCES: ReadonlyMap<string, BaseSource> = new Map([
  ["oci", layoutSource],
  ["oci-archive", layoutArchiveSource],
  ["docker-archive", dockerArchiveSource],
]);

/**
 * Opens a base image: `scratch`, `oci:dir[:tag]`, `oci-archive:file[:tag]`,
 * `docker-archive:file[:tag]`, or a reference to a registry. All its layers are read and verified,
 * unless the cache knows what is in them.
 *
 * @throws {Failure} when there is no such image, none for linux/amd64, or it is damaged.
 */
export async function openBase(name: string, options: OpenBaseOptions = {}): Promise<Base> {
  if (name === "scratch") return SCRATCH;
  const found = await findBase(name, options);
  return await readBase(found, options);
}

/** A base image as far as it is known without fetching its layers. */
export interface BaseSummary extends Base {
  /** Whether it is known what is in it: else its tree is empty, and nothing is said of its users. */
  readonly isRead: boolean;
}

/**
 * As {@linkcode openBase}, but the layers of a registry that were never read are not fetched: its
 * manifest and config are all that is known of such a base.
 *
 * @throws {Failure} when there is no such image, none for linux/amd64, or it is damaged.
 */
export async function summarizeBase(
  name: string,
  options: OpenBaseOptions = {},
): Promise<BaseSummary> {
  if (name === "scratch") return { ...SCRATCH, isRead: true };
  const found = await findBase(name, options);
  const isKnown = options.knownFacts?.(found.digest) !== undefined ||
    await hasFacts(found.digest, options.cache);
  if (found.origin.fetch === undefined || isKnown) {
    return { ...await readBase(found, options), isRead: true };
  }
  return { ...asBase(found), ...UNREAD, isRead: false };
}

/** A base of which manifest and config are known. */
interface FoundBase extends Pick<Base, "name" | "config" | "layers" | "warnings"> {
  readonly origin: BaseOrigin;
  /** Of its manifest. */
  readonly digest: Digest;
}

async function findBase(name: string, options: OpenBaseOptions): Promise<FoundBase> {
  const { cache: _, registry: _registry, knownFacts: _facts, ...blobOptions } = options;
  const origin = await openOrigin(name, options);
  const { descriptor, manifest, config, statesPlatform } = await findManifest(origin, {
    name,
    ...blobOptions,
  });
  const layers = baseLayers(manifest, { name, config });
  const warnings = [
    ...(statesPlatform ? [] : ["does not say what it runs on, it is taken for linux/amd64"]),
    ...heldBackWarnings(manifest),
  ].map((problem) => `base image "${name}" ${problem}`);
  return { name, origin, digest: descriptor.digest, config, layers, warnings };
}

async function readBase(found: FoundBase, options: OpenBaseOptions): Promise<Base> {
  const { cache, registry: _, knownFacts, ...blobOptions } = options;
  const { name, origin, digest, layers } = found;
  const fetch = () => origin.fetch?.(layers.map(({ descriptor }) => descriptor), blobOptions);
  const read = async (): Promise<Base> => {
    const facts = await readFacts(layers, {
      name,
      blobs: origin.blobs,
      digest,
      knownFacts,
      ...(cache === undefined ? {} : { cache }),
      ...blobOptions,
    });
    const doubts = facts.doubts.map((doubt) => `base image "${name}": ${doubt}`);
    return { ...asBase(found), ...facts, warnings: [...found.warnings, ...doubts] };
  };
  if (knownFacts?.(digest) === undefined && !await hasFacts(digest, cache)) await fetch();
  try {
    return await read();
  } catch (error) {
    if (origin.fetch === undefined || await hasAll(layers, cache)) throw error;
    // One was damaged in the cache, and is not there any more.
    await fetch();
    return await read();
  }
}

async function hasAll(
  layers: readonly BaseLayer[],
  cache: BlobCache | undefined,
): Promise<boolean> {
  const has = layers.map(({ descriptor: { digest } }) => cache?.has(digest));
  return !(await Promise.all(has)).includes(false);
}

function asBase(found: FoundBase): Omit<Base, keyof BaseFacts> {
  const { name, origin, digest, config, layers, warnings } = found;
  const { blobs, referenceName, isPublished, reference } = origin;
  return {
    name,
    referenceName,
    digest: isPublished ? digest : undefined,
    config,
    layers,
    blobs,
    warnings,
    ...(reference === undefined ? {} : { reference }),
  };
}

/**
 * Finds where an image is by its name, of which nothing but the index is read.
 *
 * @throws {Failure} when there is no such image.
 */
export async function openOrigin(
  name: string,
  { registry, cache: _, knownFacts: _facts, ...options }: OpenBaseOptions = {},
): Promise<BaseOrigin> {
  const source = LOCAL_SOURCES.get(name.slice(0, Math.max(name.indexOf(":"), 0)));
  if (source !== undefined) return await withPlaceFailures(name, () => source(name, options));
  if (registry === undefined) {
    throw new Failure(
      "usage/reference",
      `failed to read base image "${name}": expected "scratch", or a name that begins with ` +
        [...LOCAL_SOURCES.keys()].map((prefix) => `"${prefix}:"`).join(", "),
    );
  }
  return await inRegistry(name, () => withPlaceFailures(name, () => registry(name, options)));
}

/** What is said of an image without any file. */
const UNREAD: BaseFacts = {
  tree: new Tree(),
  users: parseUsers("", ""),
  libraries: [],
  doubts: [],
  loader: NO_LOADER,
  system: NO_PACKAGES,
};

/** Nothing at all. */
const SCRATCH: Base = {
  name: "scratch",
  referenceName: "scratch",
  digest: undefined,
  config: { ...LINUX_AMD64, rootfs: { type: "layers", diff_ids: [] } },
  layers: [],
  blobs: new MemoryStore(),
  warnings: [],
  ...UNREAD,
};
