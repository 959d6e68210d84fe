import type { BaseSource } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import { writeFileAtomic } from "../files/mod.ts";
import {
  findImages,
  type FoundImage,
  inspectImage,
  type Inspection,
  listFiles,
} from "../inspect/mod.ts";
import type { Digest } from "../oci/mod.ts";
import { renderPage } from "../report/mod.ts";

/** An image, and what was found in it. */
export interface Inspected {
  readonly found: FoundImage;
  readonly inspection: Inspection;
}

/** Options of {@linkcode writeImagePage}. */
export interface ImagePageOptions {
  /** The name of the image that it is compared with. */
  readonly compare?: string | undefined;
  readonly registry: BaseSource;
  readonly signal: AbortSignal;
}

/** Writes a page of what a sound image consists of. */
export async function writeImagePage(
  path: string,
  { found, inspection }: Inspected,
  { compare, registry, signal }: ImagePageOptions,
): Promise<void> {
  const other = compare === undefined
    ? undefined
    : await inspectSound(compare, { registry, signal });
  const own = { blobs: found.blobs, hashed: without(inspection, other?.inspection), signal };
  const files = await listFiles(inspection, own);
  const page = renderPage({
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
  await writeFileAtomic(path, new TextEncoder().encode(page));
}

/** Layers that only one of the images has: the files of the others are the same. */
function without(image: Inspection, other: Inspection | undefined): ReadonlySet<Digest> {
  if (other === undefined) return new Set();
  const shared = new Set(other.layers.map(({ diffId }) => diffId));
  return new Set(image.layers.flatMap(({ diffId }) => diffId === undefined ? [] : diffId))
    .difference(shared);
}

async function inspectSound(
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
  const inspection = await inspectImage(found, { signal });
  const [fault] = inspection.faults;
  if (fault === undefined) return { found, inspection };
  throw new Failure("base/unsound", `failed to compare with "${name}": ${fault.problem}`);
}
