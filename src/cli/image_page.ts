import type { BaseSource } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import {
  findImages,
  type FoundImage,
  inspectImage,
  type Inspection,
  listFiles,
} from "../inspect/mod.ts";
import type { BlobOptions, Digest } from "../oci/mod.ts";
import { renderPage } from "../report/mod.ts";

/** An image, and what was found in it. */
export interface Inspected {
  readonly found: FoundImage;
  readonly inspection: Inspection;
}

/** Options of {@linkcode imagePage}. */
export interface ImagePageOptions {
  /** The name of the image that it is compared with. */
  readonly compare?: string | undefined;
  readonly registry: BaseSource;
  readonly signal: AbortSignal;
}

/** The page of what a sound image consists of. */
export async function imagePage(
  { found, inspection }: Inspected,
  { compare, registry, signal }: ImagePageOptions,
): Promise<string> {
  const other = compare === undefined ? undefined : await findSound(compare, { registry, signal });
  const own = { blobs: found.blobs, hashed: without(inspection, other?.inspection), signal };
  const files = await listFiles(inspection, own);
  return renderPage({
    name: inspection.references[0] ?? inspection.name,
    digest: inspection.manifest?.digest,
    platform: inspection.platform,
    created: inspection.created,
    layers: inspection.layers.map(({ descriptor, ...layer }) => ({
      ...layer,
      size: descriptor.size,
    })),
    files,
    ...(other === undefined ? {} : {
      other: {
        name: other.inspection.name,
        files: await listFiles(other.inspection, {
          blobs: other.found.blobs,
          hashed: without(other.inspection, inspection),
          signal,
        }),
      },
    }),
  });
}

/** Says what an image is. @throws {Failure} when something is wrong with it. */
export async function inspectSound(found: FoundImage, options: BlobOptions): Promise<Inspection> {
  const inspection = await inspectImage(found, options);
  const [fault] = inspection.faults;
  if (fault === undefined) return inspection;
  throw new Failure("base/unsound", `failed to report on "${found.name}": ${fault.problem}`);
}

/** Layers that only one of the images has: the files of the others are the same. */
function without(image: Inspection, other: Inspection | undefined): ReadonlySet<Digest> {
  if (other === undefined) return new Set();
  const shared = new Set(other.layers.map(({ diffId }) => diffId));
  return new Set(image.layers.flatMap(({ diffId }) => diffId === undefined ? [] : diffId))
    .difference(shared);
}

async function findSound(
  name: string,
  { registry, signal }: Pick<ImagePageOptions, "registry" | "signal">,
): Promise<Inspected> {
  const [found, ...others] = await findImages(name, { registry, signal });
  if (found === undefined || others.length > 0) {
    throw new Failure(
      "usage/option",
      `failed to compare with "${name}": it has ${others.length + 1} images, name one of them`,
    );
  }
  return { found, inspection: await inspectSound(found, { signal }) };
}
