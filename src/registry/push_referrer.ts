import { streamOf } from "../bytes/mod.ts";
import { Failure } from "../failure/mod.ts";
import {
  type Descriptor,
  type Digest,
  digestOf,
  encodeJson,
  formatReference,
  isDigest,
  isIndex,
  MEDIA_TYPES,
  parseObject,
  type Reference,
} from "../oci/mod.ts";
import type { RegistryContext } from "./context.ts";
import type { PullOptions } from "./manifest_request.ts";
import type { Repository } from "./place.ts";
import { type PulledManifest, pullManifest } from "./pull_manifest.ts";
import { pushBlob } from "./push_blob.ts";
import { pushManifest, putManifest } from "./push_image.ts";
import { type Purpose, registryFailure } from "./registry_failure.ts";

/** A document about an image. */
export interface ReferrerToPush {
  readonly artifactType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the config of an artifact without one is. */
const EMPTY = new TextEncoder().encode("{}");
/** Each try reads what others have written meanwhile. */
const MOST_TRIES = 8;

/**
 * Attaches a document to an image that is in the repository: as a referrer, or, where the registry
 * knows none, in the index under a tag that the image's digest names.
 * Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-manifests-with-subject
 */
export async function pushReferrer(
  context: RegistryContext,
  { registry, repository }: Repository,
  { subject, referrer, signal }: PullOptions & {
    /** The image's manifest. */
    readonly subject: Descriptor;
    readonly referrer: ReferrerToPush;
  },
): Promise<Digest> {
  const { artifactType, bytes, mediaType, annotations } = referrer;
  const of = (digest: Digest): Reference => ({ registry, repository, digest });
  const purpose: Purpose = { action: "push", subject: formatReference(of(subject.digest)) };
  const config = describe(EMPTY, MEDIA_TYPES.empty);
  const layer = describe(bytes, mediaType);
  for (const [descriptor, content] of [[config, EMPTY], [layer, bytes]] as const) {
    await pushBlob(context, { registry, repository }, {
      descriptor,
      open: () => Promise.resolve(streamOf(content)),
      purpose,
      signal,
    });
  }
  const manifest = encodeJson({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType,
    config,
    layers: [layer],
    subject: describeAgain(subject),
    annotations,
  });
  const own = describe(manifest, MEDIA_TYPES.manifest);
  const { headers } = await putManifest(context, of(own.digest), {
    mediaType: MEDIA_TYPES.manifest,
    bytes: manifest,
    signal,
  });
  // A registry that lists referrers says so here; others are helped by a tag.
  if (headers["oci-subject"] === undefined) {
    const reference = { registry, repository, tag: referrersTag(subject.digest) };
    const entry = { ...own, artifactType, ...(annotations === undefined ? {} : { annotations }) };
    await addToIndex(context, reference, { entry, purpose, signal });
  }
  return own.digest;
}

/** The tag that stands for the list of an image's referrers. */
export function referrersTag(digest: Digest): string {
  return digest.replace(":", "-");
}

/**
 * Adds an entry to what stands under the tag now, and looks whether it has stayed: somebody may have
 * read the index before and written it after us. All that others wrote is kept as it is.
 */
async function addToIndex(
  context: RegistryContext,
  reference: Reference,
  { entry, purpose, signal }: PullOptions & {
    readonly entry: Descriptor;
    readonly purpose: Purpose;
  },
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await pullOwn(context, reference, { signal });
    if (found !== undefined && !isIndex(found.manifest)) {
      throw registryFailure("base/tag", purpose, {
        met: `tag ${reference.tag} names an image where the list of referrers belongs`,
        cure: "remove that tag, or push to a registry with referrers",
      });
    }
    const index = found === undefined
      ? { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] }
      : parseObject(found.bytes);
    const manifests = index.manifests as readonly { readonly digest?: unknown }[];
    if (manifests.some(({ digest }) => digest === entry.digest)) return;
    const bytes = encodeJson({ ...index, manifests: [...manifests, entry] });
    await pushManifest(context, reference, { mediaType: MEDIA_TYPES.index, bytes, signal });
  }
  throw registryFailure("base/registry-busy", purpose, {
    met: `tag ${reference.tag} was written by others again and again`,
    cure: "push again when they are done",
  });
}

/** No mirror is asked: it may not know yet what was written. */
async function pullOwn(
  context: RegistryContext,
  reference: Reference,
  options: PullOptions,
): Promise<PulledManifest | undefined> {
  try {
    return await pullManifest({ ...context, mirrors: [] }, reference, options);
  } catch (error) {
    if (error instanceof Failure && error.id === "base/not-found") return undefined;
    throw error;
  }
}

function describe(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function describeAgain({ mediaType, digest, size }: Descriptor): Descriptor {
  if (!isDigest(digest)) throw new TypeError("expected the digest of a manifest");
  return { mediaType, digest, size };
}
