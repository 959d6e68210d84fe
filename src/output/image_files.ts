/** What layouts and archives have in common: their names for images, and the blobs of one. */
import type { Image, InlineBlob, StoredBlob } from "../image/mod.ts";
import { type Descriptor, type Digest, formatReference, LINUX_AMD64 } from "../oci/mod.ts";

/**
 * A descriptor for each name of the image. Both annotations carry the full name, so that images
 * which are both tagged `1` do not replace each other.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md
 */
export function namedManifests({ manifest, tags }: Image): readonly Descriptor[] {
  return tags.map((tag) => ({
    ...manifest.descriptor,
    platform: LINUX_AMD64,
    annotations: {
      "io.containerd.image.name": formatReference(tag),
      "org.opencontainers.image.ref.name": formatReference(tag),
    },
  }));
}

/** Every blob of the image once: layers, config, and the manifest last. */
export function imageBlobs(image: Image): readonly (StoredBlob | InlineBlob)[] {
  const blobs = new Map<Digest, StoredBlob | InlineBlob>();
  for (const blob of [...image.layers, image.config, image.manifest]) {
    blobs.set(blob.descriptor.digest, blob);
  }
  return [...blobs.values()];
}
