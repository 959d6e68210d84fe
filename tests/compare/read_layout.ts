import { findManifest, openOrigin } from "../../src/base/mod.ts";
import { collect } from "../../src/bytes/mod.ts";
import type { ComparedImage } from "../../src/compare/mod.ts";
import type { Descriptor } from "../../src/oci/mod.ts";

/** The only image of a layout. */
export async function readLayout(layout: string): Promise<ComparedImage> {
  const name = `oci:${layout}`;
  const origin = await openOrigin(name);
  const { descriptor, manifest } = await findManifest(origin, { name });
  const { blobs } = origin;
  const read = async (one: Descriptor) => await collect(await blobs.open(one), Infinity);
  return {
    manifest: await read(descriptor),
    config: await read(manifest.config),
    layers: manifest.layers.map((descriptor) => ({ descriptor, blobs })),
  };
}
