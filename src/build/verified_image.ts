import { type BaseSource, findManifest, type FoundManifest } from "../base/mod.ts";
import { collect } from "../bytes/mod.ts";
import { Failure } from "../failure/mod.ts";
import { asImageFailure, findImages } from "../inspect/mod.ts";
import type { BlobStore, Descriptor } from "../oci/mod.ts";
import { pinnedBase } from "./rebase_request.ts";

/** An image that is to be verified: nothing that it says is believed. */
export interface VerifiedImage {
  /** As it was named. */
  readonly name: string;
  readonly found: FoundManifest;
  readonly blobs: BlobStore;
  /** As it is stored; none of an archive of docker. */
  readonly manifest: Uint8Array | undefined;
  readonly config: Uint8Array;
}

/** As much as registries take. */
const DOCUMENT_LIMIT = 4 * 1024 * 1024;

/** Reads manifest and config. @throws {Failure} when there is no image, or several. */
export async function readVerifiedImage(
  name: string,
  { registry, signal }: { readonly registry: BaseSource; readonly signal: AbortSignal },
): Promise<VerifiedImage> {
  const [image, ...others] = await findImages(name, { registry, signal });
  if (image === undefined || others.length > 0) {
    throw new Failure(
      "usage/option",
      `failed to verify "${name}": it has ${others.length + 1} images, name one of them`,
    );
  }
  const { root, blobs, hasManifest } = image;
  const origin = { referenceName: name, roots: [root] as const, blobs, isPublished: hasManifest };
  try {
    const found = await findManifest(origin, { name, signal });
    const read = async (descriptor: Descriptor) =>
      await collect(await blobs.open(descriptor, { signal }), DOCUMENT_LIMIT);
    return {
      ...{ name, found, blobs },
      manifest: hasManifest ? await read(found.descriptor) : undefined,
      config: await read(found.manifest.config),
    };
  } catch (error) {
    throw error instanceof Failure ? asImageFailure(error) : error;
  }
}

const BASE = "org.opencontainers.image.base";

/** What an image calls its base. @throws {Failure} when it says nothing of it. */
export function statedBaseName({ name, found: { config } }: VerifiedImage): string {
  const base = config.config?.Labels?.[`${BASE}.name`];
  if (base !== undefined) return base;
  throw new Failure(
    "base/unsound",
    `failed to verify "${name}": it has no label ${BASE}.name, this program has not built it`,
  );
}

/** The base by its digest, as the image says it. @throws {Failure} when it is in no registry. */
export function statedBaseReference(image: VerifiedImage): string {
  const name = statedBaseName(image);
  const digest = image.found.config.config?.Labels?.[`${BASE}.digest`];
  return pinnedBase({ name, ...(digest === undefined ? {} : { digest }) }, {
    image: image.name,
    option: "--base-image",
  });
}
