import { collect } from "../bytes/mod.ts";
import {
  type BlobOptions,
  type BlobStore,
  type Descriptor,
  type ImageConfig,
  isIndex,
  isLinuxAmd64,
  type Manifest,
  MEDIA_TYPES,
  parseAnyConfig,
  parseManifest,
  type Platform,
} from "../oci/mod.ts";
import { baseFailure, withBlobFailures } from "./base_failure.ts";
import type { BaseOrigin } from "./origin.ts";

/** A manifest for linux/amd64, and the config that it names. */
export interface FoundManifest {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** Whether the config says what it runs on. */
  readonly statesPlatform: boolean;
}

/** Options of {@linkcode findManifest}. */
export interface FindManifestOptions extends BlobOptions {
  /** The base image as it was named. */
  readonly name: string;
}

/** The most bytes of a manifest or config: as many as registries take. */
const DOCUMENT_LIMIT = 4 * 1024 * 1024;
/** An index that leads to more is made to keep somebody busy. */
const MOST_MANIFESTS = 100;
/** Registries that are old, or in between, say the others of the configs that they keep. */
const CONFIG_TYPES: readonly string[] = [
  MEDIA_TYPES.config,
  MEDIA_TYPES.dockerConfig,
  "application/octet-stream",
  "text/html",
  "",
];

/**
 * Follows indexes, nested ones too, to the image for linux/amd64. Those that name no platform are
 * looked into when no other is for it.
 *
 * @throws {Failure} when there is none, with the platforms that there are.
 */
export async function findManifest(
  { roots, blobs }: BaseOrigin,
  options: FindManifestOptions,
): Promise<FoundManifest> {
  const { name } = options;
  const others = new Set<string>();
  const left = byPreference(roots, others);
  for (let count = 0; left.length > 0; count++) {
    if (count === MOST_MANIFESTS) {
      throw baseFailure("base/manifest", name, `its index leads to over ${count} manifests`);
    }
    const descriptor = left.shift()!;
    const document = await readDocument(descriptor, {
      parse: (bytes) => parseManifest(bytes, descriptor.mediaType),
      blobs,
      ...options,
    });
    if (isIndex(document)) {
      left.unshift(...byPreference(document.manifests, others));
    } else if (!CONFIG_TYPES.includes(document.config.mediaType)) {
      others.add(document.config.mediaType);
    } else {
      const { config, statesPlatform } = await readDocument(document.config, {
        parse: parseAnyConfig,
        blobs,
        ...options,
      });
      if (isLinuxAmd64(config)) return { descriptor, manifest: document, config, statesPlatform };
      others.add(platformName(config));
    }
  }
  const found = [...others].sort().join(", ") || "no image";
  throw baseFailure("base/platform", name, `it has ${found}, use one that has linux/amd64`);
}

/** Those for linux/amd64, which run on the most machines first, then those that do not say. */
function byPreference(
  descriptors: readonly Descriptor[],
  others: Set<string>,
): Descriptor[] {
  const fitting = descriptors.filter(({ platform }) => isLinuxAmd64(platform));
  const silent = descriptors.filter(({ platform }) => platform === undefined);
  for (const { platform } of descriptors) {
    // Engines keep notes about an image beside it, as images for an unknown platform.
    if (platform === undefined || platform.os === "unknown" || isLinuxAmd64(platform)) continue;
    others.add(platformName(platform));
  }
  const variant = ({ platform }: Descriptor) => platform?.variant ?? "";
  return [...fitting.sort((a, b) => variant(a) < variant(b) ? -1 : 1), ...silent];
}

function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

interface ReadDocumentOptions<Document> extends FindManifestOptions {
  readonly parse: (bytes: Uint8Array) => Document;
  readonly blobs: BlobStore;
}

async function readDocument<Document>(
  descriptor: Descriptor,
  { parse, name, blobs, ...options }: ReadDocumentOptions<Document>,
): Promise<Document> {
  const { digest, size } = descriptor;
  if (size > DOCUMENT_LIMIT) {
    const most = `at most ${DOCUMENT_LIMIT} are read of a manifest or config`;
    throw baseFailure("base/manifest", name, `blob ${digest} has ${size} bytes, ${most}`);
  }
  const bytes = await withBlobFailures(
    { name, digest },
    async () => await collect(await blobs.open(descriptor, options), DOCUMENT_LIMIT),
  );
  try {
    return parse(bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw baseFailure("base/manifest", name, `in blob ${digest}, ${error.message}`, error);
  }
}
