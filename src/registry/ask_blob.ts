import { discardBody } from "../http/mod.ts";
import type { Digest } from "../oci/mod.ts";
import type { RegistryContext } from "./context.ts";
import type { Endpoint } from "./place.ts";
import { type Purpose, refusal } from "./registry_failure.ts";
import type { Scope } from "./scope.ts";

/** Which blob is asked for, where, and what for. */
export interface AskedBlob {
  readonly place: Endpoint;
  readonly purpose: Purpose;
  readonly digest: Digest;
  readonly scopes: readonly Scope[];
  readonly signal?: AbortSignal | undefined;
}

/** Not there, or not to be asked for: what is done without it says more. */
const NO_ANSWER = new Set([403, 404, 405]);

/**
 * Whether a place has the blob, as far as it says.
 *
 * @throws {Failure} when it cannot be asked.
 */
export async function askBlob(
  context: RegistryContext,
  { place, digest, ...request }: AskedBlob,
): Promise<boolean> {
  const target = blobUrlPath(place.repository, digest);
  const answer = await context.requests.send({ ...request, method: "HEAD", place, target });
  if (answer.status !== 200 && !NO_ANSWER.has(answer.status)) {
    throw await refusal(answer, answer.asked);
  }
  await discardBody(answer);
  return answer.status === 200;
}

/** Where a blob is, from `/v2/` on. */
export function blobUrlPath(repository: string, digest: Digest): string {
  return `/v2/${repository}/blobs/${digest}`;
}
