import { renderPlan } from "../report/mod.ts";
import { cacheFolder, LookedAtCache } from "../store/mod.ts";
import type { BuildOptions } from "./build_options.ts";
import type { Context } from "./context.ts";
import { credentialRegistries } from "./credential_registries.ts";
import { ociBuildPlan } from "./oci_build_plan.ts";
import { heedChecks } from "./prerequisites.ts";
import { previewBuild } from "./preview_build.ts";
import { connectRegistries } from "./registry_client.ts";
import { baseLayersOf, downloadsOf, uploadsOf } from "./transfers.ts";

/** Options of {@linkcode planBuild}. */
export interface PlanBuildOptions {
  /** Those of the build that is to be. */
  readonly build: BuildOptions;
  readonly json: boolean;
}

/**
 * Prints what a build would make, download and upload. Nothing is written.
 *
 * @throws {Failure} or {Failures} with all that stands in its way.
 */
export async function planBuild(
  { build: options, json }: PlanBuildOptions,
  context: Context,
): Promise<void> {
  const { env, hostOs, reporter } = context;
  const cacheDirectory = cacheFolder({ env, platform: hostOs });
  using registries = await connectRegistries({
    options: options.registry,
    context,
    cacheDirectory,
    registries: credentialRegistries(options),
  });
  const build = { context, cache: new LookedAtCache(cacheDirectory), registries };
  const { sought, checks, planned } = await previewBuild(options, build);
  heedChecks(checks, reporter);
  if (planned === undefined || !("found" in sought.robot)) {
    throw new TypeError("expected a plan where nothing is missing");
  }
  const facts = { ...planned, options, robot: sought.robot.found, outputs: sought.outputs };
  const baseLayers = await baseLayersOf(planned, build.cache);
  const none = { baseLayers, downloads: [], uploads: [] };
  const { layers } = ociBuildPlan({ ...facts, ...none });
  const work = { ...build, options, layers };
  const plan = ociBuildPlan({
    ...facts,
    baseLayers,
    downloads: await downloadsOf(planned, work),
    uploads: await uploadsOf(planned, work),
  });
  if (json) return reporter.printJson(plan);
  for (const line of renderPlan(plan)) reporter.print(line);
}
