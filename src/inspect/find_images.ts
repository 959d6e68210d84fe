import { stat } from "node:fs/promises";
import { type BaseSource, openArchive, openOrigin } from "../base/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import {
  type BlobStore,
  type Descriptor,
  type Digest,
  isIndex,
  MEDIA_TYPES,
  parseManifest,
  type Reference,
} from "../oci/mod.ts";
import { type Archive, ArchiveStore, OciLayout } from "../store/mod.ts";

/** An image, of which nothing but its place is known. */
export interface FoundImage {
  /** As it was given, with a tag where the place has several images. */
  readonly name: string;
  /** All names that it has there. */
  readonly references: readonly string[];
  /** Its manifest, or an index that leads to it. */
  readonly root: Descriptor;
  readonly blobs: BlobStore;
  /** Whether the manifest is the image's own, and not made here of a docker archive. */
  readonly hasManifest: boolean;
  /** Where it is in a registry. */
  readonly reference?: Reference;
}

/** Options of {@linkcode findImages}. */
export interface FindImagesOptions {
  readonly signal?: AbortSignal;
  /** Where names are looked up that are no places of this machine. */
  readonly registry?: BaseSource;
}

/**
 * All images of a layout's folder or an archive, or the one that a name names: `oci:dir:tag` and the
 * like as for `--base-image`, or a reference to a registry.
 *
 * @throws {Failure} when there is none.
 */
export async function findImages(
  name: string,
  options: FindImagesOptions = {},
): Promise<readonly FoundImage[]> {
  try {
    const facts = await stat(name).catch(() => undefined);
    if (facts?.isDirectory()) return await imagesOfLayout(name);
    if (facts?.isFile()) return await imagesOfArchive(name, options);
    return [await imageOfName(name, options)];
  } catch (error) {
    if (error instanceof Failure) throw asImageFailure(error);
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new Failure("base/manifest", `failed to read image "${name}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function imagesOfLayout(path: string): Promise<readonly FoundImage[]> {
  const layout = await OciLayout.open(path);
  const { manifests } = await layout.readIndex();
  return imagesOfIndex(manifests, { name: path, blobs: layout });
}

async function imagesOfArchive(
  path: string,
  { signal, ...options }: FindImagesOptions,
): Promise<readonly FoundImage[]> {
  const archive = await openArchive(path, signal === undefined ? {} : { signal });
  if (archive.file("index.json") === undefined) {
    return [await imageOfName(`docker-archive:${path}`, options)];
  }
  const blobs = new ArchiveStore(archive.blobs());
  return imagesOfIndex(await readIndex(archive), { name: path, blobs });
}

const INDEX_LIMIT = 16 * 1024 * 1024;

async function readIndex(archive: Archive): Promise<readonly Descriptor[]> {
  const index = parseManifest((await archive.read("index.json", INDEX_LIMIT))!, MEDIA_TYPES.index);
  if (!isIndex(index)) throw new SyntaxError(`expected an index in "index.json"`);
  return index.manifests;
}

const REFERENCE_NAME = "org.opencontainers.image.ref.name";

/** One image may have several names, each with a descriptor of its own. */
function imagesOfIndex(
  manifests: readonly Descriptor[],
  { name, blobs }: { readonly name: string; readonly blobs: BlobStore },
): readonly FoundImage[] {
  const images = new Map<Digest, { readonly root: Descriptor; readonly references: string[] }>();
  for (const root of manifests) {
    const reference = root.annotations?.[REFERENCE_NAME];
    const image = images.get(root.digest) ?? { root, references: [] };
    if (reference !== undefined) image.references.push(reference);
    images.set(root.digest, image);
  }
  if (images.size === 0) throw new SyntaxError("there is no image in it");
  return [...images.values()].map(({ root, references }) => ({
    name: images.size === 1 ? name : `${name}:${references[0] ?? root.digest}`,
    references,
    root,
    blobs,
    hasManifest: true,
  }));
}

async function imageOfName(
  name: string,
  options: FindImagesOptions,
): Promise<FoundImage> {
  const { referenceName, roots, blobs, isPublished, reference } = await openOrigin(name, options);
  return {
    name,
    references: [referenceName],
    root: roots[0],
    blobs,
    hasManifest: isPublished,
    ...(reference === undefined ? {} : { reference }),
  };
}

/** Where base images come from, their failures say so. */
export function asImageFailure(error: Failure): Failure {
  const message = error.message.replace("failed to read base image ", "failed to read image ")
    .replace("of the base image", "of the image");
  return new Failure(error.id, message, { cause: error, details: error.details });
}
