import { IntegrityError } from "../bytes/mod.ts";
import { failuresOf } from "../failure/mod.ts";
import type { BlobOptions, BlobStore, Descriptor } from "../oci/mod.ts";
import { MissingBlobError } from "../store/mod.ts";

/** Reads a blob to its end. What is wrong with its stored bytes, if anything. */
export async function blobProblem(
  descriptor: Descriptor,
  blobs: BlobStore,
  options: BlobOptions = {},
): Promise<string | undefined> {
  try {
    for await (const _ of await blobs.open(descriptor, options));
    return undefined;
  } catch (error) {
    options.signal?.throwIfAborted();
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return problem;
  }
}

/** What an error of a store says of a blob; nothing for an error of another kind. */
export function problemOf(error: unknown): string | undefined {
  if (error instanceof MissingBlobError) return "it is missing";
  if (error instanceof IntegrityError) return `it is damaged: ${error.message}`;
  const failures = failuresOf(error);
  if (failures.length > 0) return failures.map(({ message }) => message).join("; ");
  const { code } = error as { code?: unknown };
  return code === "EIO" || code === "EACCES" ? `it cannot be read: ${code}` : undefined;
}
