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
import { mapFound } from "./found.ts";
import { collectFacts, type CollectFactsOptions } from "./collect_facts.ts";
import { diskSpaceFacts } from "./disk_space.ts";
import type { ReadyPlan } from "./examine.ts";
import type { Inputs, RunPhase } from "./find_inputs.ts";
import { pushRepositories } from "./outputs.ts";
import type { BuildRequest } from "./request.ts";
import type { EnvironmentInput } from "./select_environment.ts";
import type { Session } from "./session.ts";

/** Options of {@linkcode checkPrerequisites}. */
export interface PrerequisiteOptions extends
  Session,
  Partial<
    Pick<CollectFactsOptions, "files" | "hostRcc" | "usesTemporary" | "openFiles" | "tries">
  > {
  readonly request: BuildRequest;
  /** None while it is not known what will be written. */
  readonly space?: readonly SpaceFact[];
  readonly image: Found<ImageFact>;
}

type AnyBase = Base & { readonly isRead?: boolean };

/** Looks at all that a build needs, and judges it. Nothing is written. */
export async function checkPrerequisites(
  inputs: Inputs<LinuxRcc | RccToDownload, AnyBase>,
  { request, context, cache, registries, image, space = [], ...others }: PrerequisiteOptions,
): Promise<readonly Check[]> {
  const environment = environmentFact(inputs.environment);
  const toResolve = "found" in inputs.environment ? inputs.environment.found.toResolve : undefined;
  const facts = await collectFacts({
    context,
    robot: mapFound(inputs.robot, ({ robot }) => robot),
    environment,
    rcc: inputs.rcc,
    base: mapFound(inputs.base, ({ isRead = true, name, digest }) => ({ isRead, name, digest })),
    image,
    outputs: inputs.outputs,
    cachePath: cache.path,
    usesTemporary: toResolve?.text !== undefined,
    hostRcc: toResolve === undefined ? "unasked" : "found",
    rccExec: toResolve === undefined ? undefined : request.rcc.path,
    registries: pushRepositories(request).map((reference) => ({
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

function environmentFact(input: Found<EnvironmentInput>): Found<Environment> | ToResolve {
  if (!("found" in input)) return input;
  const { environment, toResolve } = input.found;
  if (toResolve !== undefined) return { toResolve: toResolve.why };
  return environment === undefined ? { notNeeded: "the robot has none" } : { found: environment };
}

/** Options of {@linkcode requirePrerequisites}. */
export interface RequirePrerequisitesOptions extends Session {
  readonly request: BuildRequest;
  readonly phase: RunPhase;
  /** None while it is not known what will be written. */
  readonly ready?: ReadyPlan | undefined;
  /** Called when the disk has room for all, before anything else is checked. */
  readonly onRoom?: ((ready: ReadyPlan) => void) | undefined;
}

/**
 * Checks all that a build needs.
 *
 * @param inputs None where nothing but the room on the disk has still to be checked.
 * @throws {Failure} or {Failures} with all that stands in the way.
 */
export async function requirePrerequisites(
  inputs: Inputs<LinuxRcc, Base> | undefined,
  { ready, phase, onRoom, ...work }: RequirePrerequisitesOptions,
): Promise<void> {
  await phase("Checking prerequisites", async () => {
    const space = ready === undefined ? [] : await spaceOf(ready.plan, work);
    if (ready !== undefined && checkSpace({ space }).status !== "failed") onRoom?.(ready);
    const checks = inputs === undefined
      ? [checkSpace({ space })]
      : await checkPrerequisites(inputs, { ...work, image: SAID_BY_ITSELF, space });
    enforceChecks(checks, work.context.reporter);
  });
}

const SAID_BY_ITSELF = { notNeeded: "what is wrong with it is said by itself" };

/**
 * How much a build is going to write where. The most that it can be is known at once, and most disks
 * have room for that.
 */
async function spaceOf(
  plan: Plan,
  { request: { outputs }, cache, context: { signal } }: SpaceOptions,
): Promise<readonly SpaceFact[]> {
  const places = { ...outputs, cache, signal };
  const most = await diskSpaceFacts(plan, { ...places, atMost: true });
  return checkSpace({ space: most }).status === "ok" ? most : await diskSpaceFacts(plan, places);
}

type SpaceOptions = Pick<PrerequisiteOptions, "request" | "cache" | "context">;

/** Tells what checks warn of. @throws {Failure} or {Failures} with all that stands in the way. */
export function enforceChecks(checks: readonly Check[], reporter: Reporter): void {
  for (const { status, message, cure } of checks) {
    if (status === "warning") reporter.warn(cure === undefined ? message : `${message}, ${cure}`);
  }
  throwFailures(failuresOfChecks(checks));
}
