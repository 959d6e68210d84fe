/** Media types of OCI and Docker that are read, and the OCI ones that are written. */
export const MEDIA_TYPES = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  empty: "application/vnd.oci.empty.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  layerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar",
  dockerLayerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  dockerLayerZstd: "application/vnd.docker.image.rootfs.diff.tar.zstd",
  dockerSchema1: "application/vnd.docker.distribution.manifest.v1+json",
  dockerSchema1Signed: "application/vnd.docker.distribution.manifest.v1+prettyjws",
} as const;

/** How a layer's tar is packed. */
export type Codec = "none" | "gzip" | "zstd";

/** What these are when they are distributed all the same. */
const HELD_BACK: Readonly<Record<string, string>> = {
  "application/vnd.oci.image.layer.nondistributable.v1.tar": MEDIA_TYPES.layer,
  "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip": MEDIA_TYPES.layerGzip,
  "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd": MEDIA_TYPES.layerZstd,
  "application/vnd.docker.image.rootfs.foreign.diff.tar": MEDIA_TYPES.layer,
  "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip": MEDIA_TYPES.layerGzip,
};

const LAYER_CODECS: Readonly<Record<string, Codec>> = {
  [MEDIA_TYPES.layer]: "none",
  [MEDIA_TYPES.layerGzip]: "gzip",
  [MEDIA_TYPES.layerZstd]: "zstd",
};

/** The codec of a layer's media type, `undefined` when it is no layer that can be read. */
export function codecOf(mediaType: string): Codec | undefined {
  return LAYER_CODECS[asOciLayerType(mediaType)];
}

const OCI_TYPES: Readonly<Record<string, string>> = {
  ...HELD_BACK,
  [MEDIA_TYPES.dockerLayer]: MEDIA_TYPES.layer,
  [MEDIA_TYPES.dockerLayerGzip]: MEDIA_TYPES.layerGzip,
  [MEDIA_TYPES.dockerLayerZstd]: MEDIA_TYPES.layerZstd,
};

/**
 * The OCI media type that says the same as Docker's: an OCI manifest may name Docker's layer types,
 * but some readers of OCI layouts refuse a mixture. A layer that is not to be distributed becomes an
 * ordinary one: its bytes are there, and engines would look for them elsewhere.
 */
export function asOciLayerType(mediaType: string): string {
  return OCI_TYPES[mediaType] ?? mediaType;
}

/** Whether a layer is one that its maker wants to give away himself, from elsewhere than registries. */
export function isHeldBack(mediaType: string): boolean {
  return mediaType in HELD_BACK;
}

export function isIndexType(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.index || mediaType === MEDIA_TYPES.dockerIndex;
}

export function isManifestType(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.manifest || mediaType === MEDIA_TYPES.dockerManifest;
}
