import { createHash, type Hash } from "node:crypto";
import type { ContentPatch, Expected } from "./content.ts";

/** What a restore makes of a content. */
export interface RestoredContent {
  /** The hash of the content, as it was expected: hex digits. */
  readonly digest: string;
  /** Of the bytes that a file has in the image. */
  readonly sha256: string;
}

/** Hashes what is restored, where the expected hash is another: of relocated files, and of SipHash. */
export function restoredHash(
  { check }: Expected,
  patch: ContentPatch | undefined,
): Hash | undefined {
  if (patch === undefined && check.algorithm === "sha256") return undefined;
  return createHash("sha256");
}
