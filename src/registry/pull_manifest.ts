import { type Failure, messageOf } from "../failure/mod.ts";
import { HttpError, readBody, unaskedEncoding } from "../http/mod.ts";
import {
  type Descriptor,
  digestOf,
  type Index,
  isDigest,
  type Manifest,
  parseManifest,
  type Reference,
} from "../oci/mod.ts";
import type { AuthorizedRequest, RegistryAnswer } from "./authorized.ts";
import type { RegistryContext } from "./context.ts";
import {
  manifestRefusal,
  manifestRequest,
  mediaTypeOf,
  pulling,
  type PullOptions,
} from "./manifest_request.ts";
import { pullEndpoints } from "./place.ts";
import {
  type Purpose,
  registryFailure,
  troubleFailure,
  withoutSecret,
} from "./registry_failure.ts";
import { firstThatAnswers } from "./try_places.ts";

/** A manifest or an index as the registry stores it. */
export interface PulledManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest | Index;
}

/** No manifest is as large: registries refuse more than this. */
const LARGEST_MANIFEST = 4 * 1024 * 1024;

/** Pulls a manifest or an index, by its digest or, without one, by its tag. */
export function pullManifest(
  context: RegistryContext,
  reference: Reference,
  { signal, purpose = pulling(reference) }: PullOptions & { readonly purpose?: Purpose } = {},
): Promise<PulledManifest> {
  const places = pullEndpoints(reference, context.mirrors);
  return firstThatAnswers(
    places,
    { signal },
    (place) => pullFrom(context, reference, manifestRequest(place, reference, { purpose, signal })),
  );
}

/** Tries again when the answer breaks, too: a request itself is over with its headers. */
async function pullFrom(
  { requests, http }: RegistryContext,
  reference: Reference,
  request: AuthorizedRequest,
): Promise<PulledManifest> {
  for (let failedTry = 1;; failedTry++) {
    const answer = await requests.send(request);
    if (answer.status !== 200) throw await manifestRefusal(answer, reference);
    try {
      return readManifest(await readLimited(answer), { answer, reference });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      error.tries = failedTry;
      if (failedTry >= http.tries) throw troubleFailure(error, answer.asked);
      const { method, url } = answer.asked;
      const { signal } = request;
      await http.pause({ method, url, reason: error.message, failedTry, signal });
    }
  }
}

/** @throws {Failure} when it is too large to be a manifest. */
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
  const met = (text: string) =>
    `registry ${host} answered GET ${url.pathname}${unaskedEncoding(answer)} with ${text}`;
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
      // Its message may quote what was answered, and its causes would.
      cure: withoutSecret(messageOf(error), answer.asked.found),
    });
  }
}

function tooLarge({ asked: { place, url, purpose } }: RegistryAnswer): Failure {
  return registryFailure("base/manifest", purpose, {
    met: `registry ${place.host} answered GET ${url.pathname} with more than 4 MiB`,
    cure: "no manifest is so large, check the registry's address",
  });
}
