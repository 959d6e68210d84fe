import type { VerifyRequest } from "../build/mod.ts";
import { localImagePath } from "../base/mod.ts";
import { type OptionFacts, parseBuildOptions } from "./build_options.ts";
import { isLocal } from "./rebase_options.ts";
import type { VerifyArguments } from "./verify_command.ts";

/** The image itself says how it was packed, and no layer is taken from another. */
const OF_THE_IMAGE = { compression: "gzip", cacheFrom: false } as const;

/** @throws {Failure} or {Failures} of kind "usage" with all that is wrong. */
export function parseVerifyOptions(
  image: string,
  given: VerifyArguments,
  facts: OptionFacts,
): VerifyRequest {
  const { baseImage } = given;
  const build = parseBuildOptions(
    // Credentials that are given are for the image's registry, where it is in one.
    { ...given, ...OF_THE_IMAGE, baseImage: isLocal(image) ? baseImage ?? image : image },
    facts,
  );
  // A build into the robot's own folder has left it out.
  const robot = { ...build.robot, beside: localImagePath(image) ?? image };
  return { image, baseImage, build: { ...build, robot, outputs: { push: false, sboms: [] } } };
}
