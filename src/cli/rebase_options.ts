import { isPath } from "../base/mod.ts";
import type { RebaseRequest } from "../build/mod.ts";
import { type OptionFacts, parseBuildOptions } from "./build_options.ts";
import type { RebaseArguments } from "./rebase_command.ts";

/** What is in the image says the image itself. */
const NOTHING_ASKED = { robot: ".", env: [], exclude: [], compression: "gzip" } as const;

/** @throws {Failure} or {Failures} of kind "usage" with all that is wrong. */
export function parseRebaseOptions(
  image: string,
  given: RebaseArguments,
  facts: OptionFacts,
): RebaseRequest {
  const { baseImage, oldBase } = given;
  const isNamed = given.tag.length > 0 || isLocal(image) || image.includes("@");
  const tag = isNamed ? given.tag : [image];
  const build = parseBuildOptions(
    { ...given, ...NOTHING_ASKED, tag, baseImage: baseImage ?? image },
    facts,
  );
  return { image, baseImage, oldBase, build };
}

/** Whether it is on this machine, and no name to push to. */
export function isLocal(image: string): boolean {
  return /^(?:oci|oci-archive|docker-archive):/.test(image) || isPath(image);
}
