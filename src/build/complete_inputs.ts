import type { Base } from "../base/mod.ts";
import type { CacheImage } from "../cache_image/mod.ts";
import { Failure, throwFailures } from "../failure/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import { findHostRcc, type LinuxRcc, pipVariableWarnings, resolveEnvironment } from "../rcc/mod.ts";
import type { Inputs, PublishedRcc, RobotInput, RunPhase } from "./find_inputs.ts";
import { failuresOfFacts, foundOf } from "./found.ts";
import type { NamedOutput } from "./outputs.ts";
import { requirePrerequisites } from "./prerequisites.ts";
import { refuseRecordedSecrets } from "./recorded_secrets.ts";
import type { BuildRequest } from "./request.ts";
import { type EnvironmentInput, findBuilt, type FoundInImage } from "./select_environment.ts";
import type { Session } from "./session.ts";

/** Everything that an image is made of. */
export interface CompleteInputs extends RobotInput {
  readonly environment: Environment | undefined;
  readonly published?: FoundInImage;
  readonly rcc: LinuxRcc | PublishedRcc;
  readonly base: Base;
  readonly outputs: readonly NamedOutput[];
  /** Images whose layers may be taken. */
  readonly cacheImages: readonly CacheImage[];
}

/** All of them, when nothing is missing and nothing is to be resolved. */
export function completeInputs(
  { robot, environment, rcc, base, outputs, cacheImages }: Inputs<LinuxRcc, Base>,
): CompleteInputs | undefined {
  if (!("found" in robot && "found" in environment && "found" in rcc && "found" in base)) {
    return undefined;
  }
  const { toResolve, ...own } = environment.found;
  if (toResolve !== undefined) return undefined;
  return { ...robot.found, ...own, rcc: rcc.found, base: base.found, outputs, cacheImages };
}

/** Options of {@linkcode resolveInputs}. */
export interface ResolveInputsOptions extends Session {
  readonly request: BuildRequest;
  readonly phase: RunPhase;
}

/**
 * Has rcc build what nobody has built, when nothing else stands in the way.
 *
 * @throws {Failure} or {Failures} with all that does.
 */
export async function resolveInputs(
  inputs: Inputs<LinuxRcc, Base>,
  work: ResolveInputsOptions,
): Promise<CompleteInputs> {
  await requirePrerequisites(inputs, work);
  const { robot, environment, rcc, base, outputs, cacheImages } = inputs;
  throwFailures(failuresOfFacts([robot, environment, rcc, base]));
  const { toResolve: _, ...own } = foundOf(environment);
  const resolved = { ...own, environment: await resolveWithRcc(foundOf(environment), work) };
  await refuseRecordedSecrets(resolved, { ...work, request: work.request.environment });
  return {
    ...foundOf(robot),
    ...resolved,
    rcc: foundOf(rcc),
    base: foundOf(base),
    outputs,
    cacheImages,
  };
}

/** Has the host's rcc build the environment, and reads it. */
async function resolveWithRcc(
  { robot, toResolve }: EnvironmentInput,
  { request, context, cache, phase }: ResolveInputsOptions,
): Promise<Environment> {
  const { env, hostOs, hostArch, signal, reporter } = context;
  for (const warning of pipVariableWarnings(env)) reporter.warn(warning);
  const rccExec = await findHostRcc({ env, hostOs }) ?? request.rcc.path;
  if (rccExec === undefined) {
    throw new Failure(
      "rcc/host",
      "failed to resolve the environment: there is no rcc on PATH, put it there, or name a " +
        "library that has the environment with --hololib",
    );
  }
  await phase("Resolving environment", (phase) =>
    resolveEnvironment({
      rccExec,
      robot,
      text: toResolve?.text,
      afresh: request.environment.resolve,
      env,
      hostOs,
      hostArch,
      signal,
      onLine: (line) => reporter.detail(line),
      onWait: () => {
        reporter.warn("another rcc is building an environment, this one waits until it has ended");
        phase.note("waited for another rcc");
      },
      onHeartbeat: ({ elapsedMs, lastLine }) =>
        reporter.detail(`rcc has been at work for ${Math.round(elapsedMs / 1000)} s: ${lastLine}`),
    }));
  const { conda } = robot.environment!;
  // rcc has put it into the library of this host, whatever else was named or lies beside the robot.
  const built = await findBuilt({}, { conda, request: {}, context, cache });
  if (built instanceof Error) throw built;
  return built;
}
