import { IntegrityError } from "../bytes/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { PublishedLayer } from "../plan/mod.ts";
import { MissingBlobError } from "../store/mod.ts";

/** A failure that names layer and image, when one is missing or damaged where it was to be taken. */
export function layerFailure(
  { image, descriptor: { digest } }: PublishedLayer,
  error: unknown,
): Failure | undefined {
  const problem = error instanceof MissingBlobError
    ? "it is missing"
    : error instanceof IntegrityError
    ? `it is damaged, ${error.message}`
    : undefined;
  if (problem === undefined) return undefined;
  return new Failure(
    "environment/cache-image",
    `failed to take layer ${digest} from "${image}": ${problem}; name another image with ` +
      "--cache-from, or take none with --no-cache-from",
    { cause: error },
  );
}
