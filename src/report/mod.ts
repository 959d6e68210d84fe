/**
 * What people and programs see: phases, live lines, the summary, failures. The only room that
 * prints. State is kept by the reporter, and every text comes from a pure `render` function.
 *
 * ```ts
 * import { createReporter } from "./mod.ts";
 *
 * let seen = "";
 * const sink = {
 *   isTerminal: false,
 *   columns: () => 80,
 *   rows: () => 24,
 *   write: (text: string) => void (seen += text),
 * };
 * using reporter = createReporter({
 *   stdout: sink,
 *   stderr: sink,
 *   mode: "normal",
 *   verbose: false,
 *   progress: "auto",
 *   env: {},
 *   now: () => performance.now(),
 * });
 * await reporter.phase("Layering", async (phase) => {
 *   using task = phase.task("environment", 1024);
 *   task.add(1024);
 *   phase.note("environment from cache");
 *   await Promise.resolve();
 * });
 * console.assert(seen === "Layering... OK (environment from cache)\n");
 * ```
 *
 * @module
 */
export type { Phase, ProgressTask } from "./activity.ts";
export { formatBytes } from "./format.ts";
export { renderPage } from "./page.ts";
export { prefixed } from "./prefixed.ts";
export { renderCache, renderRemoval, renderVerification } from "./render_cache.ts";
export { renderComparison } from "./render_comparison.ts";
export { renderEvidence } from "./render_evidence.ts";
export { renderInspection } from "./render_inspection.ts";
export { renderPlan } from "./render_plan.ts";
export { createReporter, type Reporter } from "./reporter.ts";
export { shellQuote } from "./shell_quote.ts";
export { systemSinks } from "./sinks.ts";
export { systemStdin } from "./stdin.ts";
export type { BuildSummary, FleetRobot, SummaryPart } from "./summary.ts";
