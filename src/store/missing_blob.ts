import type { Digest } from "../oci/mod.ts";

/** A place of blobs has none of this name. */
export class MissingBlobError extends Error {
  override readonly name = "MissingBlobError";
  readonly digest: Digest;

  constructor(digest: Digest) {
    super(`expected a blob ${digest}, found none`);
    this.digest = digest;
  }
}
