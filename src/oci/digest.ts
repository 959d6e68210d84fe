import { measureBytes, type Measurement } from "../bytes/mod.ts";

/**
 * The name of a blob: `sha256:` and 64 lower-case hex digits.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests
 */
export type Digest = `sha256:${string}`;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && DIGEST.test(text);
}

/** The digest of bytes that are in memory. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${measureBytes(bytes).sha256}`;
}

/** The 64 hex digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

/** The digest that was measured. */
export function measuredDigest(measurement: Measurement): Digest {
  return `sha256:${measurement.sha256}`;
}
