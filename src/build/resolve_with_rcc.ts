import { Failure } from "../failure/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import { findHostRcc, pipVariableWarnings, resolveEnvironment } from "../rcc/mod.ts";
import type { FactCache } from "./catalog_facts.ts";
import type { Context } from "./session.ts";
import type { BuildRequest } from "./request.ts";
import { type EnvironmentInput, findBuilt } from "./select_environment.ts";

/** Options of {@linkcode resolveWithRcc}. */
export interface ResolveWithRccOptions {
  readonly request: Pick<BuildRequest, "environment" | "rcc">;
  readonly context: Context;
  readonly cache: FactCache;
}

/** Has the host's rcc build the environment, and reads it. */
export async function resolveWithRcc(
  { robot, toResolve }: EnvironmentInput,
  { request, context, cache }: ResolveWithRccOptions,
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
  await reporter.phase("Resolving environment", (phase) =>
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
