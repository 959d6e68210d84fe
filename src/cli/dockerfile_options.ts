import { Failure } from "../failure/mod.ts";
import type { DockerfileRequest } from "../build/mod.ts";
import { type BuildArguments, type OptionFacts, parseBuildOptions } from "./build_options.ts";
import type { RegistryArguments } from "./registry_options.ts";

/** What commander makes of the arguments of `dockerfile`. */
export interface DockerfileArguments
  extends
    Omit<BuildArguments, "save" | "ociLayout" | "push" | "load" | "metadataFile" | "digestFile"> {
  readonly context?: string | undefined;
  readonly force?: boolean | undefined;
  readonly pin?: boolean | undefined;
  readonly printDockerignore?: boolean | undefined;
}

/** @throws {Failure} or {Failures} of kind "usage" with all that is wrong. */
export function parseDockerfileOptions(
  given: DockerfileArguments & RegistryArguments,
  facts: OptionFacts,
): DockerfileRequest {
  const { context, force = false, pin = false, printDockerignore = false } = given;
  const build = parseBuildOptions({
    ...given,
    compression: asGzip(given.compression),
  }, facts);
  if (context !== undefined && (pin || printDockerignore)) {
    const option = pin ? "--pin" : "--print-dockerignore";
    throw usage(
      `failed to use ${option} with --context: a context has all it needs, leave one out`,
    );
  }
  if (context === undefined && force) {
    throw usage("failed to use --force: there is nothing to write, give --context");
  }
  const { save: _, ...outputs } = build.outputs;
  const written = context === undefined ? {} : { context: { folder: context, force } };
  return { build: { ...build, outputs: { ...outputs, ...written } }, pin, printDockerignore };
}

/** ADD unpacks gzip everywhere, and zstd in few places. */
function asGzip(compression: string): string {
  return compression.split(":")[0] === "zstd" ? "gzip" : compression;
}

function usage(message: string): Failure {
  return new Failure("usage/option", message);
}
