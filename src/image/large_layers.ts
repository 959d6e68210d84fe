import type { Digest } from "../oci/mod.ts";
import type { Image } from "./assemble.ts";

/** What GitHub's registry and others take at most, in bytes. */
export const LARGEST_COMMON_LAYER = 10_000_000_000;

/** Layers that many registries would refuse, for their packed size. */
export function largeLayers(
  { layers }: Pick<Image, "layers">,
): readonly { readonly digest: Digest; readonly size: number }[] {
  return layers.map(({ descriptor }) => descriptor)
    .filter(({ size }) => size > LARGEST_COMMON_LAYER);
}
