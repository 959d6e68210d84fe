import type { Digest } from "./digest.ts";
import type { Platform } from "./platform.ts";

/**
 * What a blob is, how large, and its name.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes, as stored. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  /** Of the manifest of a document about an image. */
  readonly artifactType?: string;
}
