import type { Base } from "../base/mod.ts";
import type { CacheImage } from "../cache_image/mod.ts";
import { throwFailures } from "../failure/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import type { LinuxRcc } from "../rcc/mod.ts";
import type { Inputs, PublishedRcc, RobotInput } from "./find_inputs.ts";
import { failuresOfFacts, foundOf } from "./found.ts";
import type { NamedOutput } from "./outputs.ts";
import { refuseRecordedSecrets } from "./recorded_secrets.ts";
import type { BuildRequest } from "./request.ts";
import { resolveWithRcc } from "./resolve_with_rcc.ts";
import type { FoundInImage } from "./select_environment.ts";
import type { Session } from "./session.ts";

/** Everything that an image is made of. */
export interface CompleteInputs extends RobotInput {
  readonly environment: Environment | undefined;
  readonly published?: FoundInImage;
  readonly rcc: LinuxRcc | PublishedRcc;
  readonly base: Base;
  readonly outputs: readonly NamedOutput[];
  /** Images whose layers may be taken. */
  readonly cacheImages: readonly CacheImage[];
}

/** All of them, when nothing is missing and nothing is to be resolved. */
export function completeInputs(
  { robot, environment, rcc, base, outputs, cacheImages }: Inputs<LinuxRcc, Base>,
): CompleteInputs | undefined {
  if (!("found" in robot && "found" in environment && "found" in rcc && "found" in base)) {
    return undefined;
  }
  const { toResolve, ...own } = environment.found;
  if (toResolve !== undefined) return undefined;
  return { ...robot.found, ...own, rcc: rcc.found, base: base.found, outputs, cacheImages };
}

/** Has rcc build what nobody has built. @throws {Failure} or {Failures} when something is missing. */
export async function resolveInputs(
  inputs: Inputs<LinuxRcc, Base>,
  { request, ...session }: Session & { readonly request: BuildRequest },
): Promise<CompleteInputs> {
  const { robot, environment, rcc, base, outputs, cacheImages } = inputs;
  throwFailures(failuresOfFacts([robot, environment, rcc, base]));
  const { toResolve: _, ...own } = foundOf(environment);
  const resolved = {
    ...own,
    environment: await resolveWithRcc(foundOf(environment), { ...session, request }),
  };
  await refuseRecordedSecrets(resolved, { ...session, request: request.environment });
  return {
    ...foundOf(robot),
    ...resolved,
    rcc: foundOf(rcc),
    base: foundOf(base),
    outputs,
    cacheImages,
  };
}
