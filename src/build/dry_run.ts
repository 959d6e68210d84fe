import { type BaseSummary, summarizeBase } from "../base/mod.ts";
import type { Check, Found, ImageFact } from "../checks/mod.ts";
import { type Plan, planNames } from "../plan/mod.ts";
import { type LinuxRcc, locateRcc, type RccToDownload } from "../rcc/mod.ts";
import type { Phase } from "../report/mod.ts";
import { ReadOnlyCache } from "../store/mod.ts";
import { diskSpaceFacts, estimateLayers, type LayerEstimate } from "./disk_space.ts";
import { examine, type PlanInputs } from "./examine.ts";
import { findInputs, type Inputs, type PublishedRcc, type RunPhase } from "./find_inputs.ts";
import { asFound } from "./found.ts";
import { checkPrerequisites, enforceChecks, type PrerequisiteOptions } from "./prerequisites.ts";
import type { BuildRequest } from "./request.ts";
import type { EnvironmentInput } from "./select_environment.ts";
import type { Session } from "./session.ts";

/** What a build would find and make, as far as that can be known without doing it. */
export interface DryRun {
  readonly inputs: Inputs<LinuxRcc | RccToDownload, BaseSummary>;
  readonly checks: readonly Check[];
  /** None when something is missing that it would be made of. */
  readonly planned?: PlannedImage;
}

/** An image that is not made yet. */
export interface PlannedImage {
  readonly plan: Plan;
  readonly base: BaseSummary;
  readonly environment: EnvironmentInput;
  readonly rcc: LinuxRcc | RccToDownload | PublishedRcc;
  /** Of the plan's layers, in their order. */
  readonly sizes: readonly LayerEstimate[];
}

/** Options of {@linkcode dryRun}: what is looked at beside what a build looks at. */
export type DryRunOptions = Pick<
  PrerequisiteOptions,
  "files" | "hostRcc" | "usesTemporary" | "openFiles" | "tries"
>;

/**
 * Determines what a build would do. Nothing is written, not into the cache either: of a base that was
 * never read only manifest and config are fetched, no rcc is downloaded, and nothing is resolved.
 */
export async function dryRun(
  request: BuildRequest,
  { cache: { path }, ...session }: Session,
  others: DryRunOptions = {},
): Promise<DryRun> {
  const { reporter, signal } = session.context;
  const cache = new ReadOnlyCache(path);
  return await reporter.phase("Looking at everything", async (phase) => {
    const work: Work = { ...session, cache, request, phase: (_, step) => step(partOf(phase)) };
    const inputs = await findInputs<LinuxRcc | RccToDownload, BaseSummary>(request, work, {
      rcc: locateRcc,
      base: summarizeBase,
      phase: work.phase,
      mayAsk: false,
    });
    const { planned, image } = await examineInputs(inputs, work);
    const space = planned === undefined ? [] : await diskSpaceFacts(planned.plan, {
      ...{ ...request.outputs, sizes: planned.sizes, cache, signal },
    });
    const checks = await checkPrerequisites(inputs, { ...work, ...others, space, image });
    return { inputs, checks, ...(planned === undefined ? {} : { planned }) };
  });
}

/** A dry run of what could be built. @throws {Failure} or {Failures} with all that stands in the way. */
export async function soundDryRun(request: BuildRequest, session: Session): Promise<DryRun> {
  const found = await dryRun(request, session);
  enforceChecks(found.checks, session.context.reporter);
  return found;
}

/** A step's phase: what it did not find is in the answer, and the whole has ended well. */
function partOf(phase: Phase): Phase {
  return {
    task: (label, total) => phase.task(label, total),
    note: (text) => phase.note(text),
    instead: () => {},
  };
}

interface Work extends Session {
  readonly request: BuildRequest;
  readonly phase: RunPhase;
}

interface Examination {
  readonly planned?: PlannedImage;
  readonly image: Found<ImageFact>;
}

async function examineInputs(
  { robot, environment, rcc, base, cacheImages }: DryRun["inputs"],
  work: Work,
): Promise<Examination> {
  if (!("found" in robot && "found" in environment && "found" in rcc && "found" in base)) {
    return { image: { notNeeded: "what it is made of is missing" } };
  }
  const { cache, context: { signal } } = work;
  const inputs: PlanInputs = {
    ...robot.found,
    ...environment.found,
    rcc: plannedRcc(rcc.found),
    base: base.found,
    cacheImages,
  };
  const isComplete = base.found.isRead && environment.found.toResolve === undefined;
  const { plan, content, start } = await examine(inputs, { ...work, isComplete });
  if (!("found" in plan)) return { image: plan };
  if (!("found" in content)) return { image: content };
  const sizes = await asFound(estimateLayers(plan.found, { cache, signal }));
  if (!("found" in sizes)) return { image: sizes };
  return {
    planned: {
      plan: plan.found,
      base: base.found,
      environment: environment.found,
      rcc: rcc.found,
      sizes: sizes.found,
    },
    image: "error" in start ? start : { found: { names: planNames(plan.found) } },
  };
}

/** Of a release as large as rcc 18, when its host does not say how large it is. */
const USUAL_RCC_BYTES = 20_000_000;

/** What is known of a file that is not there yet: no layer of the cache was made of it. */
function plannedRcc(rcc: LinuxRcc | RccToDownload | PublishedRcc): PlanInputs["rcc"] {
  if (rcc.origin !== "download") return rcc;
  return { path: rcc.url, size: rcc.size ?? USUAL_RCC_BYTES, sha256: "" };
}
