import { registriesOf } from "../base/mod.ts";
import type { Reference } from "../oci/mod.ts";

/** What decides who is told the credentials. */
export interface CredentialTargets {
  readonly push: boolean;
  readonly tags: readonly Reference[];
  readonly baseImage: string;
}

/**
 * The registries that credentials given by hand are for: those that are pushed to, and without
 * `--push` the base image's. A base on another registry must not learn the password of the target.
 */
export function credentialRegistries(
  { push, tags, baseImage }: CredentialTargets,
): readonly string[] {
  return push ? [...new Set(tags.map(({ registry }) => registry))] : registriesOf(baseImage);
}
