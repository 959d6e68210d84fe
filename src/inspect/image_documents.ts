import { collect } from "../bytes/mod.ts";
import { type ReadDocument, readDocument } from "../evidence/mod.ts";
import {
  type BlobOptions,
  type Descriptor,
  type Digest,
  isIndex,
  isIndexType,
  parseManifest,
} from "../oci/mod.ts";
import type { FoundImage } from "./find_images.ts";

/** A document that is attached to an image. */
export type AttachedDocument = ReadDocument & { readonly digest: Digest };

const MANIFEST_LIMIT = 4 * 1024 * 1024;
/** Of 200,000 files, each with its digest. */
const DOCUMENT_LIMIT = 512 * 1024 * 1024;
const SIGNED = "vnd.docker.reference.digest";

/**
 * The SBOMs and statements about an image: its referrers, and what BuildKit puts beside it into an
 * index. What is none of these, or cannot be read, is passed over: the image is what is verified.
 *
 * @param referrers What its registry lists of it.
 */
export async function imageDocuments(
  { root, blobs }: Pick<FoundImage, "root" | "blobs">,
  { image, referrers, ...options }: BlobOptions & {
    /** The image's manifest. */
    readonly image: Digest;
    readonly referrers: readonly Descriptor[];
  },
): Promise<readonly AttachedDocument[]> {
  const read = async (descriptor: Descriptor, limit: number) =>
    await collect(await blobs.open(descriptor, options), limit);
  const documents: AttachedDocument[] = [];
  const pass = (error: unknown) => {
    options.signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
  };
  const beside = isIndexType(root.mediaType)
    ? await read(root, MANIFEST_LIMIT).then((bytes) => besideImage(bytes, image), () => [])
    : [];
  for (const descriptor of [...referrers, ...beside]) {
    try {
      const manifest = parseManifest(
        await read(descriptor, MANIFEST_LIMIT),
        descriptor.mediaType,
      );
      if (isIndex(manifest)) continue;
      for (const layer of manifest.layers) {
        if (!/json|in-toto|dsse/.test(layer.mediaType)) continue;
        const document = readDocument(await read(layer, DOCUMENT_LIMIT));
        if (document !== undefined) documents.push({ ...document, digest: layer.digest });
      }
    } catch (error) {
      pass(error);
    }
  }
  return documents;
}

/** Source: https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
function besideImage(bytes: Uint8Array, image: Digest): readonly Descriptor[] {
  const index = parseManifest(bytes);
  if (!isIndex(index)) return [];
  return index.manifests.filter(({ annotations }) => annotations?.[SIGNED] === image);
}
