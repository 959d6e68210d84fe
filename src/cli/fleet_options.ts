import { type FleetMember, readFleet } from "../build/mod.ts";
import { Failure, failuresOf, throwFailures } from "../failure/mod.ts";
import { formatReference, withDefaultTag } from "../oci/mod.ts";
import { type BuildArguments, type OptionFacts, parseBuildOptions } from "./build_options.ts";
import type { RegistryArguments } from "./registry_options.ts";

/** What is about one image, with the reason why a list has no use for it. */
const OF_ONE_IMAGE = {
  tag: "the list has the tags of each robot",
  plan: "it is about one image, name the robot with --robot",
  save: "the file would hold one image, give --oci-layout or --push",
  digestFile: "the file would hold one digest, -q prints those of all images",
  metadataFile: "the file would be about one image, --json prints that of all",
  report: "the file would be about one image, run inspect --report for it",
  sbom: "the file would be about one image, name the robot with --robot",
  provenance: "the file would be about one image, name the robot with --robot",
} as const satisfies Partial<Record<keyof BuildArguments, string>>;

/**
 * The builds of the robots that a file lists.
 *
 * @throws {Failure} or {Failures} with all that is wrong with the list and the options.
 */
export async function parseFleetOptions(
  fleet: string,
  given: BuildArguments & RegistryArguments,
  facts: OptionFacts & { readonly signal: AbortSignal },
): Promise<readonly [FleetMember, ...FleetMember[]]> {
  requireFitting(given);
  const failures = new Map<string, Failure>();
  const members: FleetMember[] = [];
  for (const { name, robot, tags: tag, task = given.task } of await readFleet(fleet, facts)) {
    try {
      members.push({ name, request: parseBuildOptions({ ...given, robot, tag, task }, facts) });
    } catch (error) {
      if (failuresOf(error).length === 0) throw error;
      // What is wrong with the options is met with each robot.
      for (const failure of failuresOf(error)) failures.set(failure.message, failure);
    }
  }
  throwFailures([...failures.values()]);
  throwFailures(repeatedTags(fleet, members));
  const [first, ...others] = members;
  return [first!, ...others]; // An empty list was refused.
}

/** @throws {Failure} or {Failures} for options that are about one image. */
function requireFitting(given: BuildArguments): void {
  const failures = Object.entries(OF_ONE_IMAGE).filter(([key]) => isGiven(given, key))
    .map(([key, why]) => optionFailure(`failed to use ${flagOf(key)} with --fleet: ${why}`));
  const { push = false, ociLayout, load } = given;
  if (failures.length === 0 && !push && ociLayout === undefined && load === undefined) {
    const cure = "give --push, --oci-layout or --load";
    failures.push(optionFailure(`failed to use --fleet: the images have no place to go, ${cure}`));
  }
  throwFailures(failures);
}

function isGiven(given: BuildArguments, key: string): boolean {
  const value = given[key as keyof BuildArguments];
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

/** `digestFile` is `--digest-file`. */
function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** One image would take the name from the other. */
function repeatedTags(fleet: string, members: readonly FleetMember[]): readonly Failure[] {
  const owners = new Map<string, string>();
  return members.flatMap(({ name, request }) =>
    request.image.tags.flatMap((reference) => {
      const tag = formatReference(withDefaultTag(reference));
      const owner = owners.get(tag);
      owners.set(tag, owner ?? name);
      if (owner === undefined) return [];
      return [
        new Failure(
          "usage/file",
          `failed to read "${fleet}": "${tag}" names the image of "${owner}" and that of ` +
            `"${name}", give each a name of its own`,
        ),
      ];
    })
  );
}

function optionFailure(message: string): Failure {
  return new Failure("usage/option", message);
}
