import type { Environment } from "../holotree/mod.ts";
import type { Image, Layer } from "../image/mod.ts";
import type { Written } from "../output/mod.ts";
import { type Plan, planNames } from "../plan/mod.ts";

/** What was built, for programs: `--metadata-file` and `--json`. */
export interface BuildManifest {
  /** Of the image's manifest. */
  readonly imageDigest: string;
  readonly tags: readonly string[];
  /** Where it was pushed to, by tag and digest; none without `--push`. */
  readonly pushed?: readonly string[];
  /** Packed bytes of all layers, the config and the manifest. */
  readonly totalSize: number;
  /** Lowest first, the base's among them. */
  readonly layers: readonly BuildManifestLayer[];
  /** RFC 3339. */
  readonly generatedAt: string;
  readonly base: { readonly name: string; readonly digest?: string };
  /** None for a shell robot. */
  readonly catalog?: string;
  /** The version of rcc that built the environment. */
  readonly rccVersion?: string;
}

export interface BuildManifestLayer {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly diffId: string;
  readonly createdBy: string;
}

/** Facts of {@linkcode buildManifest}. */
export interface BuildManifestFacts {
  readonly plan: Plan;
  readonly image: Image;
  readonly layers: readonly Layer[];
  readonly environment?: Environment | undefined;
  readonly written: readonly Written[];
}

export function buildManifest(
  { plan, image, layers, environment, written }: BuildManifestFacts,
): BuildManifest {
  const { base } = plan;
  const { digest } = image.manifest.descriptor;
  const pushed = written.filter(({ kind }) => kind === "push")
    .map(({ where }) => `${where}@${digest}`);
  return {
    imageDigest: digest,
    tags: planNames(plan),
    ...(pushed.length === 0 ? {} : { pushed }),
    totalSize: imageSize(image),
    layers: [
      ...base.layers.map(({ descriptor, diffId }) => ({
        digest: descriptor.digest,
        size: descriptor.size,
        mediaType: descriptor.mediaType,
        diffId,
        createdBy: `base ${base.referenceName}`,
      })),
      ...layers.map(({ descriptor, diffId, plan: { createdBy } }) => ({
        digest: descriptor.digest,
        size: descriptor.size,
        mediaType: descriptor.mediaType,
        diffId,
        createdBy,
      })),
    ],
    generatedAt: plan.created.toISOString(),
    base: {
      name: base.referenceName,
      ...(base.digest === undefined ? {} : { digest: base.digest }),
    },
    ...(environment === undefined ? {} : {
      catalog: environment.catalog.blueprint,
      rccVersion: environment.catalog.rcc,
    }),
  };
}

/** Packed bytes of everything that the image consists of. */
export function imageSize({ manifest, config, layers }: Image): number {
  return [manifest, config, ...layers].reduce((sum, { descriptor }) => sum + descriptor.size, 0);
}
