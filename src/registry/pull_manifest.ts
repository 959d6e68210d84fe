import { type Failure, messageOf } from "../failure/mod.ts";
import { discardBody, HttpError, readBody } from "../http/mod.ts";
import {
  type Descriptor,
  digestOf,
  formatReference,
  type Index,
  isDigest,
  isIndex,
  isLinuxAmd64,
  type Manifest,
  MEDIA_TYPES,
  parseManifest,
  type Reference,
  withDefaultTag,
} from "../oci/mod.ts";
import type { RegistryAnswer } from "./authorized.ts";
import type { Context } from "./context.ts";
import { pullPlaces } from "./place.ts";
import { type Purpose, refusal, registryFailure, troubleFailure } from "./registry_failure.ts";
import { firstThatAnswers } from "./try_places.ts";

/** A manifest or an index as the registry stores it. */
export interface PulledManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest | Index;
}

/** An image for linux/amd64. */
export interface PulledImage extends PulledManifest {
  readonly manifest: Manifest;
  /** What the reference itself names, when that is an index. */
  readonly index?: PulledManifest;
}

/** Options of what is asked of a registry. */
export interface RegistryOptions {
  readonly signal?: AbortSignal | undefined;
}

/** No manifest is as large: registries refuse more than this. */
const LARGEST_MANIFEST = 4 * 1024 * 1024;

const ACCEPT = [
  MEDIA_TYPES.index,
  MEDIA_TYPES.dockerIndex,
  MEDIA_TYPES.manifest,
  MEDIA_TYPES.dockerManifest,
].join(", ");

/** Pulls what the reference names; of an index then the image for linux/amd64 in it. */
export async function pullImage(
  context: Context,
  reference: Reference,
  options: RegistryOptions = {},
): Promise<PulledImage> {
  const named = await pullManifest(context, reference, options);
  const { manifest } = named;
  if (!isIndex(manifest)) return { ...named, manifest };
  const purpose = pulling(reference);
  const chosen = manifest.manifests.find(({ platform }) => isLinuxAmd64(platform));
  if (chosen === undefined) throw noPlatform(manifest, purpose);
  const { registry, repository } = reference;
  const image = await pullManifest(context, { registry, repository, digest: chosen.digest }, {
    ...options,
    purpose,
  });
  if (isIndex(image.manifest)) {
    throw registryFailure("base/manifest", purpose, {
      met: `its index names another index, ${chosen.digest}, for linux/amd64`,
      cure: "name the image itself by its digest",
    });
  }
  return { ...image, manifest: image.manifest, index: named };
}

/** Pulls a manifest or an index, by its digest or, without one, by its tag. */
export function pullManifest(
  context: Context,
  reference: Reference,
  { signal, purpose = pulling(reference) }: RegistryOptions & { readonly purpose?: Purpose } = {},
): Promise<PulledManifest> {
  return firstThatAnswers(
    pullPlaces(reference, context.mirrors),
    { signal },
    async (place) => {
      for (let attempt = 1;; attempt++) {
        const answer = await context.requests.send({
          place,
          purpose,
          target: manifestPath(place.repository, reference),
          scopes: [{ repository: place.repository, actions: ["pull"] }],
          headers: { accept: ACCEPT },
          signal,
        });
        if (answer.status !== 200) throw await manifestRefusal(answer, reference);
        try {
          return readManifest(await readLimited(answer), { answer, reference });
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
          error.tries = attempt;
          const { method, url } = answer.asked;
          if (attempt >= context.http.tries) throw troubleFailure(error, answer.asked);
          await context.http.pause({
            method,
            url,
            reason: error.message,
            failedTry: attempt,
            signal,
          });
        }
      }
    },
  );
}

/**
 * Asks what a tag names now, without pulling it; `undefined` when the registry does not say it in
 * the headers. The digest is the registry's word: what is pulled by it is verified.
 */
export function askManifest(
  context: Context,
  reference: Reference,
  { signal }: RegistryOptions = {},
): Promise<Descriptor | undefined> {
  const purpose = pulling(reference);
  return firstThatAnswers(
    pullPlaces(reference, context.mirrors),
    { signal },
    async (place) => {
      const answer = await context.requests.send({
        method: "HEAD",
        place,
        purpose,
        target: manifestPath(place.repository, reference),
        scopes: [{ repository: place.repository, actions: ["pull"] }],
        headers: { accept: ACCEPT },
        signal,
      });
      if (answer.status === 405) return undefined;
      if (answer.status !== 200) throw await manifestRefusal(answer, reference);
      await discardBody(answer);
      const { headers } = answer;
      const digest = headers["docker-content-digest"];
      const size = Number(headers["content-length"] ?? NaN);
      const mediaType = mediaTypeOf(answer);
      if (
        !isDigest(digest) || !Number.isSafeInteger(size) || mediaType === undefined
      ) return undefined;
      return { mediaType, digest, size };
    },
  );
}

/** Where a manifest is, from `/v2/` on. */
export function manifestPath(repository: string, reference: Reference): string {
  const { digest, tag } = withDefaultTag(reference);
  return `/v2/${repository}/manifests/${digest ?? tag}`;
}

function pulling(reference: Reference): Purpose {
  return { action: "pull", subject: formatReference(withDefaultTag(reference)) };
}

/** @throws {RangeError} when it is too large to be a manifest. */
async function readLimited(answer: RegistryAnswer): Promise<Uint8Array> {
  if (Number(answer.headers["content-length"] ?? 0) > LARGEST_MANIFEST) {
    await answer.body.cancel();
    throw tooLarge(answer);
  }
  try {
    return await readBody(answer, LARGEST_MANIFEST);
  } catch (error) {
    throw error instanceof RangeError ? tooLarge(answer) : error;
  }
}

interface ReadOptions {
  readonly answer: RegistryAnswer;
  readonly reference: Reference;
}

function readManifest(bytes: Uint8Array, { answer, reference }: ReadOptions): PulledManifest {
  const { url, place: { host }, purpose } = answer.asked;
  const met = (text: string) => `registry ${host} answered GET ${url.pathname} with ${text}`;
  const digest = digestOf(bytes);
  const stated = answer.headers["docker-content-digest"];
  if (reference.digest !== undefined && reference.digest !== digest) {
    throw registryFailure("base/manifest", purpose, {
      met: met(`bytes whose digest is ${digest}`),
      cure: "they were altered on the way or in the registry, pull from another place",
    });
  }
  // Where the digest was not asked for, the header is the only other word on it.
  if (reference.digest === undefined && isDigest(stated) && stated !== digest) {
    throw registryFailure("base/manifest", purpose, {
      met: met(`bytes of ${digest} under Docker-Content-Digest: ${stated}`),
      cure: "one of them is wrong, name the image by its digest",
    });
  }
  try {
    const manifest = parseManifest(bytes, mediaTypeOf(answer));
    const { mediaType } = manifest;
    return { descriptor: { mediaType, digest, size: bytes.length }, bytes, manifest };
  } catch (error) {
    throw registryFailure("base/manifest", purpose, {
      met: met("a manifest that cannot be used"),
      cure: messageOf(error),
      cause: error,
    });
  }
}

function mediaTypeOf({ headers }: Pick<RegistryAnswer, "headers">): string | undefined {
  return headers["content-type"]?.replace(/;.*/, "").trim().toLowerCase();
}

function tooLarge({ asked: { place, url, purpose } }: RegistryAnswer): Failure {
  return registryFailure("base/manifest", purpose, {
    met: `registry ${place.host} answered GET ${url.pathname} with more than 4 MiB`,
    cure: "no manifest is so large, check the registry's address",
  });
}

function noPlatform({ manifests }: Index, purpose: Purpose): Failure {
  const platforms = manifests
    .flatMap(({ platform }) => platform === undefined ? [] : [platform])
    .filter(({ os }) => os !== "unknown")
    .map(({ os, architecture, variant }) => [os, architecture, variant].filter(Boolean).join("/"));
  return registryFailure("base/platform", purpose, {
    met: `it is made for ${[...new Set(platforms)].join(", ") || "no platform that it names"}`,
    cure: "name an image that is made for linux/amd64 too",
  });
}

async function manifestRefusal(answer: RegistryAnswer, reference: Reference): Promise<Failure> {
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
