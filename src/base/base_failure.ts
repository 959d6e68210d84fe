import { IntegrityError } from "../bytes/mod.ts";
import { Failure, type FailureId, messageOf } from "../failure/mod.ts";
import type { Digest } from "../oci/mod.ts";
import { MissingBlobError } from "../store/mod.ts";

/** A failure of a base image, in the form that all have. */
export function baseFailure(
  id: FailureId,
  name: string,
  problem: string,
  cause?: unknown,
): Failure {
  return new Failure(
    id,
    `failed to read base image "${name}": ${problem}`,
    cause === undefined ? {} : { cause },
  );
}

/**
 * Runs work in the place where a base image is, and makes failures of files that are not there or
 * have another form. What else is thrown passes.
 */
export async function withPlaceFailures<Result>(
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      throw baseFailure("base/manifest", name, error.message, error);
    }
    const problem = problemOf((error as { code?: unknown }).code, error);
    throw problem === undefined ? error : baseFailure("base/not-found", name, problem, error);
  }
}

/** Runs work on a blob, and makes failures of one that is missing or has other bytes than its name. */
export async function withBlobFailures<Result>(
  { name, digest }: { readonly name: string; readonly digest: Digest },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MissingBlobError) {
      throw baseFailure("base/blob", name, `blob ${digest} is missing, fetch it again`, error);
    }
    if (error instanceof IntegrityError || error instanceof RangeError) {
      const problem = `blob ${digest} is damaged, ${error.message}, fetch it again`;
      throw baseFailure("base/blob", name, problem, error);
    }
    throw error;
  }
}

function problemOf(code: unknown, error: unknown): string | undefined {
  switch (code) {
    case "ENOENT":
      return "there is no such file or folder, name one that exists";
    case "ENOTDIR":
      return `expected a folder, found a file, begin its name with "oci-archive:"`;
    case "EISDIR":
      return `expected a file, found a folder, begin its name with "oci:"`;
    default:
      // What else the system says, such as of links that lead in a circle.
      return typeof code === "string" && /^E[A-Z0-9]+$/.test(code)
        ? `it cannot be read, ${messageOf(error)}`
        : undefined;
  }
}
