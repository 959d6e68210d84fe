import type { Failure } from "../failure/mod.ts";
import { type Index, isIndex, isLinuxAmd64, type Manifest, type Reference } from "../oci/mod.ts";
import type { RegistryContext } from "./context.ts";
import { pulling, type PullOptions } from "./manifest_request.ts";
import { type PulledManifest, pullManifest } from "./pull_manifest.ts";
import { type Purpose, registryFailure } from "./registry_failure.ts";

/** An image for linux/amd64. */
export interface PulledImage extends PulledManifest {
  readonly manifest: Manifest;
  /** What the reference itself names, when that is an index. */
  readonly index?: PulledManifest;
}

/** Pulls what the reference names; of an index then the image for linux/amd64 in it. */
export async function pullImage(
  context: RegistryContext,
  reference: Reference,
  options: PullOptions = {},
): Promise<PulledImage> {
  const named = await pullManifest(context, reference, options);
  const { manifest } = named;
  if (!isIndex(manifest)) return { ...named, manifest };
  const purpose = pulling(reference);
  const chosen = manifest.manifests.find(({ platform }) => isLinuxAmd64(platform));
  if (chosen === undefined) throw noPlatform(manifest, purpose);
  const { registry, repository } = reference;
  const image = await pullManifest(context, { registry, repository, digest: chosen.digest }, {
    ...options,
    purpose,
  });
  if (isIndex(image.manifest)) {
    throw registryFailure("base/manifest", purpose, {
      met: `its index names another index, ${chosen.digest}, for linux/amd64`,
      cure: "name the image itself by its digest",
    });
  }
  return { ...image, manifest: image.manifest, index: named };
}

function noPlatform({ manifests }: Index, purpose: Purpose): Failure {
  const platforms = manifests
    .flatMap(({ platform }) => platform === undefined ? [] : [platform])
    .filter(({ os }) => os !== "unknown")
    .map(({ os, architecture, variant }) => [os, architecture, variant].filter(Boolean).join("/"));
  return registryFailure("base/platform", purpose, {
    met: `it is made for ${[...new Set(platforms)].join(", ") || "no platform that it names"}`,
    cure: "name an image that is made for linux/amd64 too",
  });
}
