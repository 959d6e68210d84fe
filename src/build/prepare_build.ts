import { type Base, openBase } from "../base/mod.ts";
import { checkSpace } from "../checks/mod.ts";
import { throwFailures } from "../failure/mod.ts";
import type { BackgroundPacking } from "../image/mod.ts";
import type { Packer } from "../packing/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { findRcc, type LinuxRcc } from "../rcc/mod.ts";
import { layersToPack } from "./cache_images.ts";
import { usableCache } from "./collect_facts.ts";
import { type CompleteInputs, completeInputs, resolveInputs } from "./complete_inputs.ts";
import { dryRun } from "./dry_run.ts";
import { examine } from "./examine.ts";
import { findInputs, type Inputs, type RunPhase } from "./find_inputs.ts";
import { failuresOfFacts, foundOf } from "./found.ts";
import { checkPrerequisites, enforceChecks, spaceOf } from "./prerequisites.ts";
import type { BuildRequest } from "./request.ts";
import type { Session } from "./session.ts";
import type { StartChecks } from "./start_checks.ts";

/** What a build begins with: nothing stands in its way, and nothing is written yet. */
export interface Prepared {
  readonly inputs: CompleteInputs;
  readonly plan: Plan;
  readonly startChecks: StartChecks;
}

/** What a build is prepared with. */
export interface PrepareSession extends Session {
  readonly packer: Packer;
  /** Who packs while the build is still being checked. */
  readonly background?: BackgroundPacking | undefined;
}

/**
 * Finds everything, decides what the image will be, and checks all that can be known before anything
 * of it is written. rcc is told to resolve only when nothing else stands in the way.
 *
 * @throws {Failure} or {Failures} with all that stands in the way.
 */
export async function prepareBuild(
  request: BuildRequest,
  session: PrepareSession,
): Promise<Prepared> {
  const { reporter } = session.context;
  const phase: RunPhase = (title, work) => reporter.phase(title, work);
  if ("error" in await usableCache(session.cache.path)) {
    // Nothing can be fetched: all that stands in the way is checked without that.
    enforceChecks((await dryRun(request, session)).checks, reporter);
  }
  const inputs = await findInputs<LinuxRcc, Base>(request, session, {
    rcc: findRcc,
    base: openBase,
    phase,
    mayAsk: true,
  });
  const work = { ...session, request, phase };
  const complete = completeInputs(inputs);
  if (complete !== undefined) {
    return await prepareComplete(complete, { ...work, unchecked: inputs });
  }
  await phase("Checking prerequisites", async () => {
    const image = { notNeeded: "it is not known yet what it will be" };
    enforceChecks(await checkPrerequisites(inputs, { ...work, image }), reporter);
  });
  return await prepareComplete(await resolveInputs(inputs, work), work);
}

interface PrepareOptions extends PrepareSession {
  readonly request: BuildRequest;
  readonly phase: RunPhase;
  /** What has not been checked yet: nothing of what was checked before rcc resolved. */
  readonly unchecked?: Inputs<LinuxRcc, Base>;
}

async function prepareComplete(
  inputs: CompleteInputs,
  { unchecked, ...work }: PrepareOptions,
): Promise<Prepared> {
  const { reporter } = work.context;
  const { plan, content, prerequisites, start } = await examine(inputs, {
    ...work,
    prerequisites: (plan) =>
      work.phase("Checking prerequisites", async () => {
        const space = plan === undefined ? [] : await spaceOf(plan, work);
        if (plan !== undefined && checkSpace({ space }).status !== "failed") {
          const layers = await layersToPack(plan, inputs.cacheImages, work);
          // Bytecode is compiled when nothing stands in the way any more.
          work.background?.begin(layers.filter(({ bytecode }) => bytecode === undefined));
        }
        const image = { notNeeded: "what is wrong with it is said by itself" };
        const checks = unchecked === undefined
          ? [checkSpace({ space })]
          : await checkPrerequisites(unchecked, { ...work, image, space });
        enforceChecks(checks, reporter);
      }),
  });
  throwFailures(failuresOfFacts([plan, content, prerequisites, start]));
  return { inputs, plan: foundOf(plan), startChecks: foundOf(start) };
}
