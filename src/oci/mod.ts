/**
 * The OCI image format's own things: digest, descriptor, media type, platform, manifest, config,
 * reference, and `BlobStore`, which all places of blobs have in common.
 *
 * ```ts
 * import { formatReference, parseReference } from "./mod.ts";
 *
 * console.assert(formatReference(parseReference("debian:12")) === "docker.io/library/debian:12");
 * ```
 *
 * @module
 */
export type { BlobFile, BlobOptions, BlobStore } from "./blob_store.ts";
export {
  type ContainerConfig,
  type History,
  type ImageConfig,
  parseAnyConfig,
  parseImageConfig,
} from "./config.ts";
export type { Descriptor } from "./descriptor.ts";
export { type Digest, digestOf, hexOf, isDigest, measuredDigest } from "./digest.ts";
export {
  encodeJson,
  type Index,
  isIndex,
  isObject,
  type Manifest,
  parseManifest,
  parseObject,
} from "./manifest.ts";
export {
  asOciLayerType,
  codecOf,
  isHeldBack,
  isIndexType,
  isManifestType,
  MEDIA_TYPES,
} from "./media_type.ts";
export { isLinuxAmd64, LINUX_AMD64, type Platform } from "./platform.ts";
export { formatReference, parseReference, type Reference, withDefaultTag } from "./reference.ts";
