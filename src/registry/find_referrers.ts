import { Failure } from "../failure/mod.ts";
import { discardBody, readBody } from "../http/mod.ts";
import {
  type Descriptor,
  type Digest,
  formatReference,
  isIndex,
  MEDIA_TYPES,
  parseManifest,
} from "../oci/mod.ts";
import type { RegistryContext } from "./context.ts";
import type { PullOptions } from "./manifest_request.ts";
import { endpointOf, type Repository } from "./place.ts";
import { pullManifest } from "./pull_manifest.ts";
import { referrersTag } from "./push_referrer.ts";

const LARGEST_LIST = 4 * 1024 * 1024;

/**
 * What others, or we, have attached to an image: as the registry lists it, else as the tag does that
 * stands for such a list. None where there is neither.
 */
export async function findReferrers(
  context: RegistryContext,
  { registry, repository }: Repository,
  { digest, signal }: PullOptions & { readonly digest: Digest },
): Promise<readonly Descriptor[]> {
  const place = endpointOf({ registry, repository });
  const answer = await context.requests.send({
    place,
    purpose: { action: "pull", subject: formatReference({ registry, repository, digest }) },
    target: `/v2/${repository}/referrers/${digest}`,
    scopes: [{ repository: place.repository, actions: ["pull"] }],
    headers: { accept: MEDIA_TYPES.index },
    signal,
  });
  if (answer.status === 200) {
    const listed = parseManifest(await readBody(answer, LARGEST_LIST), MEDIA_TYPES.index);
    return isIndex(listed) ? listed.manifests : [];
  }
  await discardBody(answer);
  try {
    const reference = { registry, repository, tag: referrersTag(digest) };
    const { manifest } = await pullManifest({ ...context, mirrors: [] }, reference, { signal });
    return isIndex(manifest) ? manifest.manifests : [];
  } catch (error) {
    if (error instanceof Failure && error.id === "base/not-found") return [];
    throw error;
  }
}
