import type { Base } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import { codecOf } from "../oci/mod.ts";
import type { BuildOptions } from "./build_options.ts";

/** The archive that docker is to load, none when there is none. */
export function dockerArchive(
  { save, load }: Pick<BuildOptions, "save"> & { readonly load?: string },
): string | undefined {
  return save ?? (load === "docker" ? "docker" : undefined);
}

/** @throws {Failure} when the base has layers that docker does not load from the archive. */
export function requireLoadable({ name, layers }: Base, options: BuildOptions): void {
  const archive = dockerArchive(options);
  const zstd = layers.find(({ descriptor }) => codecOf(descriptor.mediaType) === "zstd");
  if (archive === undefined || zstd === undefined) return;
  throw new Failure(
    "usage/option",
    `failed to use base image "${name}" for "${archive}": docker loads no zstd layers from an ` +
      `archive, and its layer ${zstd.descriptor.digest} is one, write --oci-layout or --push, or ` +
      `use a base with layers of gzip`,
  );
}
