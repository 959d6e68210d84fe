import { type Base, openBase } from "../base/mod.ts";
import { throwFailures } from "../failure/mod.ts";
import { META_GZIP_LEVEL } from "../holotree/mod.ts";
import type { BackgroundPacking } from "../image/mod.ts";
import type { Packer } from "../packing/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { findRcc, type LinuxRcc } from "../rcc/mod.ts";
import { usableCache } from "./collect_facts.ts";
import { type CompleteInputs, completeInputs, resolveInputs } from "./complete_inputs.ts";
import { soundDryRun } from "./dry_run.ts";
import { examine } from "./examine.ts";
import { findInputs, type RunPhase } from "./find_inputs.ts";
import { failuresOfFacts, foundOf } from "./found.ts";
import { requirePrerequisites } from "./prerequisites.ts";
import type { BuildRequest } from "./request.ts";
import type { Session } from "./session.ts";
import type { StartChecks } from "./start_checks.ts";

/**
 * What a build begins with: nothing stands in its way, and nothing is written yet but layers into the
 * cache.
 */
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
  // Nothing can be fetched: all that stands in the way is checked without that.
  if ("error" in await usableCache(session.cache.path)) await soundDryRun(request, session);
  const inputs = await findInputs<LinuxRcc, Base>(request, session, {
    rcc: findRcc,
    base: openBase,
    phase,
    mayAsk: true,
    onNewCatalog(file) {
      if (request.image.start !== "checked") return; // It has no records.
      session.packer.repackAhead(file, META_GZIP_LEVEL, session.context.signal);
    },
  });
  const work = { ...session, request, phase };
  const known = completeInputs(inputs);
  const complete = known ?? await resolveInputs(inputs, work);
  const { plan, content, prerequisites, start } = await examine(complete, {
    ...work,
    // Before rcc resolved, all but the room was checked.
    prerequisites: (ready) =>
      requirePrerequisites(known && inputs, {
        ...work,
        ready,
        // Bytecode is compiled when nothing stands in the way any more.
        onRoom: ({ missing }) =>
          session.background?.begin(missing.filter(({ bytecode }) => bytecode === undefined)),
      }),
  });
  throwFailures(failuresOfFacts([plan, content, prerequisites, start]));
  return { inputs: complete, plan: foundOf(plan), startChecks: foundOf(start) };
}
