import { previewBase, type PreviewedBase } from "../base/mod.ts";
import type { Check, Found, ImageFact } from "../checks/mod.ts";
import { areCached } from "../image/mod.ts";
import { type Plan, planNames } from "../plan/mod.ts";
import { type LinuxRcc, previewRcc, type RccToDownload } from "../rcc/mod.ts";
import type { Phase } from "../report/mod.ts";
import { LookedAtCache } from "../store/mod.ts";
import { type PlanInputs, planOf } from "./build_inputs.ts";
import type { BuildOptions } from "./build_options.ts";
import { asFound } from "./found.ts";
import { gatherSpace, type Sized, sizeLayers } from "./gather_space.ts";
import { checkPrerequisites, type PrerequisiteOptions } from "./prerequisites.ts";
import type { SoughtEnvironment } from "./seek_environment.ts";
import { type BuildContext, seekInputs, type SoughtInputs } from "./seek_inputs.ts";
import { StartChecks } from "./start_checks.ts";

/** What a build would find and make, as far as that can be known without doing it. */
export interface Preview {
  readonly sought: SoughtInputs<LinuxRcc | RccToDownload, PreviewedBase>;
  readonly checks: readonly Check[];
  /** None when something is missing that it would be made of. */
  readonly planned?: PlannedImage;
}

/** An image that is not made yet. */
export interface PlannedImage {
  readonly plan: Plan;
  readonly base: PreviewedBase;
  readonly environment: SoughtEnvironment;
  readonly rcc: LinuxRcc | RccToDownload;
  /** Of the plan's layers, in their order. */
  readonly sizes: readonly Sized[];
}

/** Options of {@linkcode previewBuild}: what is looked at beside what a build looks at. */
export type PreviewOptions = Pick<
  PrerequisiteOptions,
  "files" | "hostRcc" | "usesTemporary" | "openFiles" | "tries"
>;

/**
 * Finds out what a build would do. Nothing is written, not into the cache either: of a base that was
 * never read only manifest and config are fetched, no rcc is downloaded, and nothing is resolved.
 */
export async function previewBuild(
  options: BuildOptions,
  { cache: { path }, ...build }: BuildContext,
  others: PreviewOptions = {},
): Promise<Preview> {
  const { reporter } = build.context;
  const cache = new LookedAtCache(path);
  const work = { ...build, cache, options };
  return await reporter.phase("Looking at everything", async (phase) => {
    const sought = await seekInputs<LinuxRcc | RccToDownload, PreviewedBase>(options, work, {
      rcc: previewRcc,
      base: previewBase,
      phase: (_, step) => step(partOf(phase)),
      mayAsk: false,
    });
    const planned = await planSought(sought, work);
    const { save, ociLayout } = options;
    const places = { cache, save, ociLayout, signal: build.context.signal };
    const isSound = planned !== undefined && "found" in planned;
    const space = isSound
      ? await gatherSpace(planned.found.plan, { ...places, sizes: planned.found.sizes })
      : [];
    const image = await imageOf(planned, work);
    const checks = await checkPrerequisites(sought, { ...work, ...others, space, image });
    return { sought, checks, ...(isSound ? { planned: planned.found } : {}) };
  });
}

/** A step's phase: what it did not find is in the answer, and the whole has ended well. */
function partOf(phase: Phase): Phase {
  return {
    task: (label, total) => phase.task(label, total),
    note: (text) => phase.note(text),
    instead: () => {},
  };
}

type Work = BuildContext & { readonly options: BuildOptions };

async function planSought(
  { robot, environment, rcc, base }: Preview["sought"],
  work: Work,
): Promise<Found<PlannedImage> | undefined> {
  if (!("found" in robot && "found" in environment && "found" in rcc && "found" in base)) {
    return undefined;
  }
  const { options, context: { runtime, signal }, cache } = work;
  return await asFound(async () => {
    const inputs: PlanInputs = {
      ...robot.found,
      ...environment.found,
      rcc: plannedRcc(rcc.found),
      base: base.found,
    };
    const plan = await planOf(inputs, { options, runtime });
    await requireContent(plan, { ...work, environment: environment.found });
    const sizes = await sizeLayers(plan, { cache, signal });
    return {
      plan,
      base: base.found,
      environment: environment.found,
      rcc: rcc.found,
      sizes,
    };
  });
}

/** Of a release as large as rcc 18, when its host does not say how large it is. */
const USUAL_RCC_BYTES = 20_000_000;

/** What is known of a file that is not there yet: no layer of the cache was made of it. */
function plannedRcc(rcc: LinuxRcc | RccToDownload): PlanInputs["rcc"] {
  if (rcc.origin !== "download") return rcc;
  return { path: rcc.url, size: rcc.size ?? USUAL_RCC_BYTES, sha256: "" };
}

async function requireContent(
  plan: Plan,
  { cache, environment: { environment } }: Work & { readonly environment: SoughtEnvironment },
): Promise<void> {
  const layers = plan.layers.filter(({ name }) => name === "environment");
  if (!await areCached(layers, cache)) await environment?.open();
}

async function imageOf(
  planned: Found<PlannedImage> | undefined,
  { options: { start }, ...build }: Work,
): Promise<Found<ImageFact>> {
  if (planned === undefined) return { notNeeded: "what it is made of is missing" };
  if (!("found" in planned)) return planned;
  const { plan, base, environment } = planned.found;
  const names = planNames(plan);
  // What the robot starts with is not known yet.
  if (!base.isRead || environment.toResolve !== undefined) return { found: { names } };
  return await asFound(async () => {
    const inputs = { ...environment, base };
    await StartChecks.begin(plan, { ...build, inputs, start });
    return { names };
  });
}
