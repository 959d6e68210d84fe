import { createHash } from "node:crypto";
import { Failure, messageOf } from "../failure/mod.ts";
import {
  type BlobOptions,
  type BlobStore,
  codecOf,
  type Descriptor,
  formatReference,
  isDigest,
  isObject,
  parseReference,
  type Reference,
  withDefaultTag,
} from "../oci/mod.ts";
import { concurrently } from "../bytes/mod.ts";
import type { RegistryClient, RemoteBlobs } from "../registry/mod.ts";
import { type BlobCache, cachedIn } from "../store/mod.ts";
import { baseFailure } from "./base_failure.ts";
import type { BaseSource } from "./origin.ts";

/** When a registry is asked what a tag names: always, only when nothing is known of it, or never. */
export type PullMode = "always" | "missing" | "offline";

/** Options of {@linkcode registrySource}. */
export interface RegistrySourceOptions {
  readonly client: RegistryClient;
  /** Where blobs are kept, and what tags named. */
  readonly cache: BlobCache;
  readonly pull: PullMode;
  /**
   * Layers are only handed on, to another registry: once it is known what is in them, they are not
   * kept on the way.
   */
  readonly passOn?: boolean;
}

const DOWNLOADS = 4;

/**
 * Base images of registries. What a digest names is asked for once; what a tag names by HEAD. Blobs
 * are kept in the cache.
 */
export function registrySource(
  { client, cache, pull, passOn = false }: RegistrySourceOptions,
): BaseSource {
  const far = (reference: Reference) => pull === "offline" ? UNREACHED : client.store(reference);
  return async (name, options) => {
    const reference = withDefaultTag(parseBaseReference(name));
    const root = await findRoot(reference, { name, client, cache, pull, ...options });
    const kept = cachedIn(cache, far(reference));
    return {
      referenceName: formatReference(reference).replace(/@.*/, ""),
      reference,
      roots: [root],
      isPublished: true,
      blobs: passOn ? passingOn(cache, { kept, far: far(reference) }) : kept,
      fetch: (layers, { signal, onProgress } = {}) =>
        concurrently(layers, { limit: DOWNLOADS, signal }, async (descriptor, signal) => {
          if (await cache.has(descriptor.digest)) return;
          const bytes = await far(reference).open(descriptor, {
            signal,
            ...(onProgress === undefined ? {} : { onProgress }),
          });
          await cache.put(bytes, descriptor.mediaType, { signal });
        }),
    };
  };
}

/** Layers that the cache lacks are read from afar, and only from there; all else is kept. */
function passingOn(
  cache: BlobCache,
  { kept, far }: { readonly kept: BlobStore; readonly far: RemoteBlobs },
): BlobStore {
  return {
    ...kept,
    async open(descriptor, options) {
      const isLayer = codecOf(descriptor.mediaType) !== undefined;
      const isFar = isLayer && !await cache.has(descriptor.digest);
      return await (isFar ? far : kept).open(descriptor, options);
    },
  };
}

function parseBaseReference(name: string): Reference {
  try {
    return parseReference(name);
  } catch (error) {
    throw new Failure(
      "usage/reference",
      `failed to read base image "${name}": ${messageOf(error)}`,
      { cause: error },
    );
  }
}

type FindRootOptions = RegistrySourceOptions & BlobOptions & { readonly name: string };

/** What the reference names: by what is known, or by what the registry says. */
async function findRoot(
  reference: Reference,
  { name, client, cache, pull, signal }: FindRootOptions,
): Promise<Descriptor> {
  const known = await readTag(cache, reference);
  const isFinal = reference.digest !== undefined || pull !== "always";
  if (known !== undefined && isFinal) return known;
  if (pull === "offline") {
    throw baseFailure(
      "base/offline",
      name,
      "it is not in the cache and --offline asks no registry, build once without --offline",
    );
  }
  const root = await withOtherWays({ isKept: known !== undefined }, async () => {
    const asked = reference.digest === undefined
      ? await client.askManifest(reference, { signal })
      : undefined;
    return asked ?? await pullRoot(reference, { client, cache, signal });
  });
  await keepTag(cache, reference, root);
  return root;
}

/** A registry that cannot be asked is not the only place that a base can come from. */
async function withOtherWays<Result>(
  { isKept }: { readonly isKept: boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { id, message, details } = error;
    if (id !== "base/registry-connection" && id !== "base/registry-busy") throw error;
    const way = isKept
      ? "or build with --offline on what the cache has of it"
      : "or name a file, such as oci-archive:base.tar";
    throw new Failure(id, `${message}; ${way}`, { cause: error, details });
  }
}

/** The registry does not say in headers what it has, or a digest has no size yet: the bytes do. */
async function pullRoot(
  reference: Reference,
  { client, cache, signal }: Pick<FindRootOptions, "client" | "cache"> & {
    readonly signal: AbortSignal | undefined;
  },
): Promise<Descriptor> {
  const { descriptor, bytes } = await client.pullManifest(reference, { signal });
  await cache.put(ReadableStream.from([bytes]), descriptor.mediaType);
  return descriptor;
}

const TAGS = "tags";

async function readTag(cache: BlobCache, reference: Reference): Promise<Descriptor | undefined> {
  const fact = await cache.readFact(TAGS, tagKey(reference));
  if (!isObject(fact)) return undefined;
  const { mediaType, digest, size } = fact;
  if (typeof mediaType !== "string" || !isDigest(digest) || typeof size !== "number") {
    return undefined;
  }
  return { mediaType, digest, size };
}

async function keepTag(cache: BlobCache, reference: Reference, root: Descriptor): Promise<void> {
  await cache.writeFact(TAGS, tagKey(reference), root);
}

/** Names of facts are of few characters. */
function tagKey(reference: Reference): string {
  return createHash("sha256").update(formatReference(reference)).digest("hex");
}

/** In place of a registry that must not be asked. */
const UNREACHED = {
  has: () => Promise.resolve(false),
  open({ digest }: Descriptor): Promise<ReadableStream<Uint8Array>> {
    return Promise.reject(
      new Failure(
        "base/offline",
        `failed to read blob ${digest} of the base image: it is not in the cache and --offline ` +
          `asks no registry, build once without --offline`,
      ),
    );
  },
};
