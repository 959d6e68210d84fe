import type { Failure } from "../failure/mod.ts";
import { discardBody } from "../http/mod.ts";
import { formatReference, MEDIA_TYPES, type Reference, withDefaultTag } from "../oci/mod.ts";
import type { AuthorizedRequest, RegistryAnswer } from "./authorized.ts";
import type { Endpoint } from "./place.ts";
import { type Purpose, refusal, registryFailure } from "./registry_failure.ts";

/** Options of what is asked of a registry. */
export interface PullOptions {
  readonly signal?: AbortSignal | undefined;
}

const ACCEPT = [
  MEDIA_TYPES.index,
  MEDIA_TYPES.dockerIndex,
  MEDIA_TYPES.manifest,
  MEDIA_TYPES.dockerManifest,
].join(", ");

/** What asks a place for a manifest or an index. */
export function manifestRequest(
  place: Endpoint,
  reference: Reference,
  { purpose, signal }: PullOptions & { readonly purpose: Purpose },
): AuthorizedRequest {
  return {
    place,
    purpose,
    target: manifestPath(place.repository, reference),
    scopes: [{ repository: place.repository, actions: ["pull"] }],
    headers: { accept: ACCEPT },
    signal,
  };
}

/** Where a manifest is, from `/v2/` on. */
export function manifestPath(repository: string, reference: Reference): string {
  const { digest, tag } = withDefaultTag(reference);
  return `/v2/${repository}/manifests/${digest ?? tag}`;
}

/** That the image is pulled, for errors. */
export function pulling(reference: Reference): Purpose {
  return { action: "pull", subject: formatReference(withDefaultTag(reference)) };
}

/** The media type that an answer states. */
export function mediaTypeOf({ headers }: Pick<RegistryAnswer, "headers">): string | undefined {
  return headers["content-type"]?.replace(/;.*/, "").trim().toLowerCase();
}

/** The failure of an answer without a manifest. */
export async function manifestRefusal(
  answer: RegistryAnswer,
  reference: Reference,
): Promise<Failure> {
  const { registry, repository, tag, digest } = reference;
  const isDebianSlim = repository.endsWith("library/debian") && tag === "slim" && !digest;
  if (answer.status === 404 && isDebianSlim) {
    await discardBody(answer);
    const { place, method, url } = answer.asked;
    return registryFailure("base/not-found", answer.asked.purpose, {
      met: `registry ${place.host} answered 404 to ${method} ${url.pathname}`,
      cure: `debian:slim exists on no registry, use ${
        registry === "docker.io" ? "" : `${registry}/${repository.replace(/debian$/, "")}`
      }debian:stable-slim`,
    });
  }
  return await refusal(answer, answer.asked);
}
