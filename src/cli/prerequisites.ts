import type { Base } from "../base/mod.ts";
import {
  type Check,
  checkSpace,
  failuresOfChecks,
  type Found,
  type ImageFact,
  runChecks,
  type SpaceFact,
  type ToResolve,
} from "../checks/mod.ts";
import { throwFailures } from "../failure/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { LinuxRcc, RccToDownload } from "../rcc/mod.ts";
import { hostOf } from "../registry/mod.ts";
import type { Reporter } from "../report/mod.ts";
import type { BuildOptions } from "./build_options.ts";
import { mapFound } from "./found.ts";
import { gatherFacts, type GatherFactsOptions } from "./gather_facts.ts";
import { gatherSpace } from "./gather_space.ts";
import { pushRepositories } from "./outputs.ts";
import type { BuildContext, SoughtInputs } from "./seek_inputs.ts";
import type { SoughtEnvironment } from "./seek_environment.ts";

/** Options of {@linkcode checkPrerequisites}. */
export interface PrerequisiteOptions extends
  BuildContext,
  Partial<
    Pick<GatherFactsOptions, "files" | "hostRcc" | "usesTemporary" | "openFiles" | "tries">
  > {
  readonly options: BuildOptions;
  /** None while it is not known what will be written. */
  readonly space?: readonly SpaceFact[];
  readonly image: Found<ImageFact>;
}

type AnyBase = Base & { readonly isRead?: boolean };

/** Looks at all that a build needs, and judges it. Nothing is written. */
export async function checkPrerequisites(
  sought: SoughtInputs<LinuxRcc | RccToDownload, AnyBase>,
  { options, context, cache, registries, image, space = [], ...others }: PrerequisiteOptions,
): Promise<readonly Check[]> {
  const environment = environmentOf(sought.environment);
  const toResolve = "found" in sought.environment ? sought.environment.found.toResolve : undefined;
  const facts = await gatherFacts({
    context,
    robot: mapFound(sought.robot, ({ robot }) => robot),
    environment,
    rcc: sought.rcc,
    base: mapFound(sought.base, ({ isRead = true, name, digest }) => ({ isRead, name, digest })),
    image,
    outputs: sought.outputs,
    cachePath: cache.path,
    usesTemporary: toResolve?.text !== undefined,
    hostRcc: toResolve === undefined ? "unasked" : "found",
    rccExec: toResolve === undefined ? undefined : options.rccExec,
    registries: pushRepositories(options).map((reference) => ({
      host: hostOf(reference.registry),
      use: "push",
      ask: (asking) => registries.client.askPush({ reference, ...asking }),
    })),
    http: registries.http,
    space,
    ...others,
  });
  return runChecks(facts);
}

function environmentOf(sought: Found<SoughtEnvironment>): Found<Environment> | ToResolve {
  if (!("found" in sought)) return sought;
  const { environment, toResolve } = sought.found;
  if (toResolve !== undefined) return { toResolve: toResolve.why };
  return environment === undefined ? { notNeeded: "the robot has none" } : { found: environment };
}

/**
 * How much a build is going to write where. The most that it can be is known at once, and most disks
 * have room for that.
 */
export async function spaceOf(
  plan: Plan,
  { options: { save, ociLayout }, cache, context: { signal } }: SpaceOptions,
): Promise<readonly SpaceFact[]> {
  const places = { cache, save, ociLayout, signal };
  const most = await gatherSpace(plan, { ...places, atMost: true });
  return checkSpace({ space: most }).status === "ok" ? most : await gatherSpace(plan, places);
}

type SpaceOptions = Pick<PrerequisiteOptions, "options" | "cache" | "context">;

/** Tells what checks warn of. @throws {Failure} or {Failures} with all that stands in the way. */
export function heedChecks(checks: readonly Check[], reporter: Reporter): void {
  for (const { status, message, cure } of checks) {
    if (status === "warning") reporter.warn(cure === undefined ? message : `${message}, ${cure}`);
  }
  throwFailures(failuresOfChecks(checks));
}
