import { renderPlan } from "../report/mod.ts";
import { ReadOnlyCache } from "../store/mod.ts";
import { soundDryRun } from "./dry_run.ts";
import { ociBuildPlan } from "./oci_build_plan.ts";
import type { BuildRequest } from "./request.ts";
import { type Context, openSession } from "./session.ts";
import { baseLayersOf, downloadsOf, uploadsOf } from "./transfers.ts";

/** Options of {@linkcode printPlan}. */
export interface PrintPlanOptions {
  readonly context: Context;
  readonly json: boolean;
}

/**
 * Prints what a build would make, download and upload. Nothing is written.
 *
 * @throws {Failure} or {Failures} with all that stands in its way.
 */
export async function printPlan(
  request: BuildRequest,
  { context, json }: PrintPlanOptions,
): Promise<void> {
  const { reporter } = context;
  using session = await openSession(request, context);
  const { inputs, planned } = await soundDryRun(request, session);
  if (planned === undefined || !("found" in inputs.robot)) {
    throw new TypeError("expected a plan where nothing is missing");
  }
  const { registries } = session;
  const cache = new ReadOnlyCache(session.cache.path);
  const facts = { ...planned, robot: inputs.robot.found, outputs: inputs.outputs };
  const baseLayers = await baseLayersOf(planned, cache);
  const { layers } = ociBuildPlan({ ...facts, baseLayers, downloads: [], uploads: [] });
  const work = { context, cache, registries, request, layers };
  const plan = ociBuildPlan({
    ...facts,
    baseLayers,
    downloads: await downloadsOf(planned, work),
    uploads: await uploadsOf(planned, work),
  });
  if (json) return reporter.printJson(plan);
  for (const line of renderPlan(plan)) reporter.print(line);
}
