import { parseReference, type Reference } from "../oci/mod.ts";
import type { BuildOptions } from "./build_options.ts";

/**
 * The registries that credentials given by hand are for: those that are pushed to, and without
 * `--push` the base image's. A base on another registry must not learn the password of the target.
 */
export function credentialRegistries(
  { push, tags, baseImage }: Pick<BuildOptions, "push" | "tags" | "baseImage">,
): readonly string[] {
  const references = push ? tags : referencesOf(baseImage);
  return [...new Set(references.map(({ registry }) => registry))];
}

/** None for an image of this machine. */
function referencesOf(baseImage: string): readonly Reference[] {
  if (baseImage === "scratch" || /^(oci|oci-archive|docker-archive):/.test(baseImage)) return [];
  try {
    return [parseReference(baseImage)];
  } catch {
    return []; // Said when it is read.
  }
}
