import { type Base, openBase } from "../base/mod.ts";
import type { Found } from "../checks/mod.ts";
import { failuresOf, throwFailures } from "../failure/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import { type Plan, type PlanFacts, planImage } from "../plan/mod.ts";
import { findRcc, type LinuxRcc } from "../rcc/mod.ts";
import type { GitSource, Robot, RobotListing } from "../robot/mod.ts";
import { requireLoadable } from "./archive_layers.ts";
import type { BuildOptions } from "./build_options.ts";
import type { Context } from "./context.ts";
import type { NamedOutput } from "./outputs.ts";
import { checkPrerequisites, heedChecks } from "./prerequisites.ts";
import { refuseRecordedSecrets } from "./recorded_secrets.ts";
import { resolveSought } from "./resolve_sought.ts";
import { type BuildContext, seekInputs, type SoughtInputs } from "./seek_inputs.ts";

/** Everything that an image is made of. */
export interface BuildInputs {
  readonly robot: Robot;
  readonly listing: RobotListing;
  /** Where the robot's code is from. */
  readonly source: GitSource;
  readonly environment: Environment | undefined;
  readonly rcc: LinuxRcc;
  readonly base: Base;
  readonly outputs: readonly NamedOutput[];
}

/** What a build has found. */
export type BuildSought = SoughtInputs<LinuxRcc, Base>;

/** Reads everything that an image is made of. @throws {Failures} with all that stands in the way. */
export async function gatherInputs(
  options: BuildOptions,
  build: BuildContext,
): Promise<BuildInputs> {
  const { reporter } = build.context;
  const sought = await seekForBuild(options, build);
  const image = { notNeeded: "it is not known yet what it will be" };
  heedChecks(await checkPrerequisites(sought, { ...build, options, image }), reporter);
  return knownInputs(sought) ?? await resolveInputs(sought, { ...build, options });
}

/** Looks for everything, and fetches what is elsewhere; nothing is resolved yet. */
export async function seekForBuild(
  options: BuildOptions,
  build: BuildContext,
): Promise<BuildSought> {
  const { reporter } = build.context;
  return await seekInputs<LinuxRcc, Base>(options, build, {
    rcc: findRcc,
    base: openBase,
    phase: (title, work) => reporter.phase(title, work),
    mayAsk: true,
  });
}

/** All of it, when nothing is missing and nothing is to be resolved. */
export function knownInputs(
  { robot, environment, rcc, base, outputs }: BuildSought,
): BuildInputs | undefined {
  if (!("found" in robot && "found" in environment && "found" in rcc && "found" in base)) {
    return undefined;
  }
  const { toResolve, ...own } = environment.found;
  if (toResolve !== undefined) return undefined;
  return { ...robot.found, ...own, rcc: rcc.found, base: base.found, outputs };
}

/** Has rcc build what nobody has built. @throws {Failure} or {Failures} when something is missing. */
export async function resolveInputs(
  sought: BuildSought,
  { options, ...build }: BuildContext & { readonly options: BuildOptions },
): Promise<BuildInputs> {
  const { robot, environment, rcc, base } = sought;
  throwFailures(
    [robot, environment, rcc, base].flatMap((fact) =>
      "error" in fact ? failuresOf(fact.error) : []
    ),
  );
  const own = foundOf(environment);
  const resolved = { ...own, environment: await resolveSought(own, { ...build, options }) };
  await refuseRecordedSecrets(resolved, { ...build, options });
  const { toResolve: _, ...complete } = resolved;
  return {
    ...foundOf(robot),
    ...complete,
    rcc: foundOf(rcc),
    base: foundOf(base),
    outputs: sought.outputs,
  };
}

function foundOf<Value>(fact: Found<Value>): Value {
  if ("found" in fact) return fact.found;
  throw new TypeError("expected something that was found");
}

/** What a plan is made of: of rcc, less than a build needs. */
export type PlanInputs = Omit<BuildInputs, "rcc" | "outputs"> & Pick<PlanFacts, "rcc">;

/** Decides what the image will be. @throws {Failure} or {Failures} */
export async function planOf(
  { robot, listing, source, environment, rcc, base }: PlanInputs,
  { options, runtime }: { readonly options: BuildOptions; readonly runtime: Context["runtime"] },
): Promise<Plan> {
  requireLoadable(base, options);
  return planImage({
    options,
    robot,
    robotEntries: listing.entries,
    source,
    ...(environment === undefined ? {} : { environment, packages: await environment.packages() }),
    rcc,
    base,
    runtime,
  });
}
