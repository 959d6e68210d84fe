import { discardBody } from "../http/mod.ts";
import { type Descriptor, isDigest, type Reference } from "../oci/mod.ts";
import type { RegistryAnswer } from "./authorized.ts";
import type { RegistryContext } from "./context.ts";
import {
  manifestRefusal,
  manifestRequest,
  mediaTypeOf,
  pulling,
  type PullOptions,
} from "./manifest_request.ts";
import { pullEndpoints } from "./place.ts";
import { firstThatAnswers } from "./try_places.ts";

const REFUSES_HEAD = new Set([403, 404, 405]);

/**
 * Asks what a tag names now, without pulling it; `undefined` when the registry does not say it in
 * the headers. The digest is the registry's word: what is pulled by it is verified.
 */
export function askManifest(
  context: RegistryContext,
  reference: Reference,
  { signal }: PullOptions = {},
): Promise<Descriptor | undefined> {
  const purpose = pulling(reference);
  const places = pullEndpoints(reference, context.mirrors);
  return firstThatAnswers(places, { signal }, async (place) => {
    const request = manifestRequest(place, reference, { purpose, signal });
    const answer = await context.requests.send({ ...request, method: "HEAD" });
    const isAnswered = answer.status === 200;
    // Some refuse HEAD, or do not know it: what is there is asked for then.
    if (!isAnswered && !REFUSES_HEAD.has(answer.status)) {
      throw await manifestRefusal(answer, reference);
    }
    await discardBody(answer);
    return isAnswered ? statedDescriptor(answer) : undefined;
  });
}

function statedDescriptor(answer: RegistryAnswer): Descriptor | undefined {
  const digest = answer.headers["docker-content-digest"];
  const size = Number(answer.headers["content-length"] ?? NaN);
  const mediaType = mediaTypeOf(answer);
  if (!isDigest(digest) || !Number.isSafeInteger(size) || size <= 0 || !mediaType) return undefined;
  return { mediaType, digest, size };
}
