import type { FoundImage } from "../inspect/mod.ts";
import type { Image } from "../image/mod.ts";
import { formatReference } from "../oci/mod.ts";
import { firstOf, MemoryStore } from "../store/mod.ts";

/** An image that was made and is nowhere yet, as one that was found. */
export function madeImage({ manifest, config, layers, tags }: Image): FoundImage {
  const documents = new MemoryStore();
  for (const { bytes, descriptor } of [manifest, config]) {
    documents.add(bytes, descriptor.mediaType);
  }
  const references = tags.map(formatReference);
  return {
    name: references[0]!,
    references,
    root: manifest.descriptor,
    blobs: firstOf(documents, ...new Set(layers.map(({ blobs }) => blobs))),
    hasManifest: true,
  };
}
