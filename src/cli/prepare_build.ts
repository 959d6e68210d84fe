import { checkSpace } from "../checks/mod.ts";
import type { Packer } from "../packing/mod.ts";
import { areCached } from "../image/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { Attempts } from "./attempts.ts";
import {
  type BuildInputs,
  type BuildSought,
  knownInputs,
  planOf,
  resolveInputs,
  seekForBuild,
} from "./build_inputs.ts";
import type { BuildOptions } from "./build_options.ts";
import { usableCache } from "./gather_facts.ts";
import { previewBuild } from "./preview_build.ts";
import { checkPrerequisites, heedChecks, spaceOf } from "./prerequisites.ts";
import type { BuildContext } from "./seek_inputs.ts";
import { StartChecks } from "./start_checks.ts";

/** What a build works with. */
export interface PrepareContext extends BuildContext {
  /** Has its workers start as soon as it is known that there will be work for them. */
  readonly packer: Packer;
}

/** All that a build begins with. */
export interface PreparedBuild {
  readonly inputs: BuildInputs;
  readonly plan: Plan;
  readonly checks: StartChecks;
}

/**
 * Finds everything, decides what the image will be, and checks all that can be known before anything
 * of it is written. rcc is told to resolve only when nothing else stands in the way.
 *
 * @throws {Failure} or {Failures} with all that stands in the way.
 */
export async function prepareBuild(
  options: BuildOptions,
  build: PrepareContext,
): Promise<PreparedBuild> {
  const work = { ...build, options };
  const { reporter } = build.context;
  if ("error" in await usableCache(build.cache.path)) {
    // Nothing can be fetched: all that stands in the way is found out without that.
    heedChecks((await previewBuild(options, build)).checks, reporter);
  }
  const sought = await seekForBuild(options, build);
  const known = knownInputs(sought);
  if (known !== undefined) return await prepareKnown(known, { ...work, unchecked: sought });
  await reporter.phase("Checking prerequisites", async () => {
    const image = { notNeeded: "it is not known yet what it will be" };
    heedChecks(await checkPrerequisites(sought, { ...work, image }), reporter);
  });
  return await prepareKnown(await resolveInputs(sought, work), work);
}

interface PrepareOptions extends PrepareContext {
  readonly options: BuildOptions;
  /** What has not been checked yet: nothing of what was checked before rcc resolved. */
  readonly unchecked?: BuildSought;
}

async function prepareKnown(
  inputs: BuildInputs,
  { unchecked, ...work }: PrepareOptions,
): Promise<PreparedBuild> {
  const { options, context: { reporter, runtime } } = work;
  const attempts = new Attempts();
  const plan = await attempts.attempt(() => planOf(inputs, { options, runtime }));
  const isWhole = plan && await attempts.attempt(() => findContent(plan, { ...work, inputs }));
  await attempts.attempt(() =>
    reporter.phase("Checking prerequisites", async () => {
      const space = isWhole ? await spaceOf(plan, work) : [];
      const image = { notNeeded: "what is wrong with it is said by itself" };
      const checks = unchecked === undefined
        ? [checkSpace({ space })]
        : await checkPrerequisites(unchecked, { ...work, image, space });
      heedChecks(checks, reporter);
    })
  );
  const checks = plan &&
    await attempts.attempt(() =>
      reporter.phase(
        "Checking start",
        () => StartChecks.begin(plan, { ...work, inputs, start: options.start }),
      )
    );
  attempts.finish();
  return { inputs, plan: plan!, checks: checks! };
}

/** A missing blob is found before anything is written; a layer that is in the cache needs none. */
async function findContent(
  plan: Plan,
  { inputs, context, cache, packer }: PrepareContext & { readonly inputs: BuildInputs },
): Promise<true> {
  const layers = plan.layers.filter(({ name }) => name === "environment");
  if (!await areCached(layers, cache)) {
    packer.start(layers.length);
    await context.reporter.phase("Finding content", () => inputs.environment!.open());
  }
  return true;
}
