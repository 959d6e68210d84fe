import type { BaseSource } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { BlobOptions, Digest } from "../oci/mod.ts";
import { findImages, type FoundImage } from "./find_images.ts";
import { type ImageFile, listFiles } from "./image_files.ts";
import { inspectImage } from "./inspect_image.ts";
import type { Inspection } from "./inspection.ts";

/** What a page says of an image. */
export interface PageFacts {
  readonly name: string;
  readonly digest?: string | undefined;
  readonly platform?: string | undefined;
  readonly created?: string | undefined;
  readonly layers: readonly PageLayer[];
  readonly files: readonly ImageFile[];
  /** What it is compared with. */
  readonly other?: { readonly name: string; readonly files: readonly ImageFile[] };
}

export interface PageLayer {
  readonly part: string;
  /** Bytes, packed and unpacked. */
  readonly size: number;
  readonly tarSize?: number | undefined;
  readonly createdBy?: string | undefined;
}

/** An image, and what was found in it. */
export interface Inspected {
  readonly found: FoundImage;
  readonly inspection: Inspection;
}

/** Options of {@linkcode pageFacts}. */
export interface PageOptions {
  /** The name of the image that it is compared with. */
  readonly compare?: string | undefined;
  readonly registry: BaseSource;
  readonly signal: AbortSignal;
}

/** What a page says of a sound image. */
export async function pageFacts(
  { found, inspection }: Inspected,
  { compare, registry, signal }: PageOptions,
): Promise<PageFacts> {
  const other = compare === undefined ? undefined : await findSound(compare, { registry, signal });
  const own = { blobs: found.blobs, hashed: without(inspection, other?.inspection), signal };
  const files = await listFiles(inspection, own);
  return {
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
  };
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
  { registry, signal }: Pick<PageOptions, "registry" | "signal">,
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
