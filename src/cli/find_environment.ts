import {
  findForeignBinaries,
  foreignBinaryWarnings,
  isAbsent,
  judgePlatform,
  namedFiles,
  type PlatformVerdict,
  withoutDependencies,
} from "../checks/mod.ts";
import { Failure, failuresOf, throwFailures } from "../failure/mod.ts";
import { readFileBytes } from "../files/mod.ts";
import {
  blueprintHash,
  blueprintText,
  type Environment,
  findEnvironment,
  findLibraries,
  walkCatalog,
} from "../holotree/mod.ts";
import { findHostRcc, hostAdvice, pipVariableWarnings, resolveEnvironment } from "../rcc/mod.ts";
import {
  type CondaFile,
  parseCondaFile,
  type Robot,
  robotCommands,
  type RobotEntry,
  type RobotListing,
} from "../robot/mod.ts";
import type { BuildOptions } from "./build_options.ts";
import type { Context } from "./context.ts";
import { hostFactsOf, localChannelOf } from "./host_facts.ts";

/** The environment of a robot, and the robot as it goes with it. */
export interface FoundEnvironment {
  readonly robot: Robot;
  /** None for a shell robot. */
  readonly environment: Environment | undefined;
  readonly listing: RobotListing;
}

/**
 * Finds the environment in a library, or has the host's rcc build it: where dependencies cannot work
 * on Linux, without them, and with an environment file that says so in the image.
 */
export async function findOrResolve(
  robot: Robot,
  listing: RobotListing,
  { options, context }: { readonly options: BuildOptions; readonly context: Context },
): Promise<FoundEnvironment> {
  if (robot.environment === undefined) return { robot, environment: undefined, listing };
  const search: Search = { robot, options, context };
  const { conda, text } = robot.environment;
  if (!options.resolve) {
    const found = await findInLibraries(conda, search);
    if (!(found instanceof Error)) {
      const paths = [...walkCatalog(found.catalog)].map(({ path }) => path);
      const foreign = foreignBinaryWarnings(findForeignBinaries(paths));
      for (const warning of foreign) context.reporter.warn(warning);
      return { robot, environment: found, listing };
    }
    if (!await mayResolve(found, search)) throw found;
  }
  const { leftOut, warnings, failures } = await judge(listing, search);
  throwFailures(failures);
  for (const warning of warnings) context.reporter.warn(warning);
  if (leftOut.length === 0) {
    return { robot, environment: await resolve(text, search), listing };
  }
  const { relative: fileName } = robot.environment;
  const entries = leftOut.map(({ dependency }) => dependency);
  const reduced = withoutDependencies(text, { entries, fileName });
  const reducedConda = parseCondaFile(reduced, fileName);
  const kept = options.resolve ? undefined : await findInLibraries(reducedConda, search);
  return {
    robot: {
      ...robot,
      environment: { ...robot.environment, conda: reducedConda, text: reduced },
    },
    environment: kept === undefined || kept instanceof Error
      ? await resolve(reduced, search)
      : kept,
    listing: withText(listing, { fileName, text: reduced }),
  };
}

interface Search {
  readonly robot: Robot;
  readonly options: Omit<BuildOptions, "catalog"> & { readonly catalog?: string | undefined };
  readonly context: Context;
}

/** @returns The failure when no library has it. @throws what is wrong with one that may. */
async function findInLibraries(
  conda: CondaFile,
  { robot: { hololibZip }, options: { hololib, catalog }, context }: Search,
): Promise<Environment | Error> {
  const { signal } = context;
  const candidates = findLibraries({ hololib, hololibZip, ...hostFactsOf(context) });
  const localChannel = localChannelOf(context);
  const blueprint = blueprintHash(
    blueprintText(conda, localChannel === undefined ? {} : { localChannel }),
  );
  try {
    return await findEnvironment(candidates, { catalog, blueprint }, { signal });
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return error as Error;
  }
}

/** A library or catalog that was named is not replaced by another: a person may say otherwise. */
async function mayResolve(
  absent: Error,
  { options: { hololib, catalog }, context: { reporter, hostOs } }: Search,
): Promise<boolean> {
  if (hololib !== undefined || !hostAdvice(hostOs).canResolve) return false;
  if (catalog === undefined) return true;
  for (const { message } of failuresOf(absent)) reporter.warn(message);
  const answer = await reporter.confirm("Resolve the environment afresh?");
  if (answer !== undefined) return answer;
  throw new Failure(
    "environment/catalog-not-found",
    `${absent.message}; add --resolve to have rcc build the environment of the robot afresh`,
  );
}

async function judge(
  { entries }: RobotListing,
  { robot, options }: Search,
): Promise<PlatformVerdict> {
  const commands = robotCommands(robot);
  const files = new Map(
    entries.flatMap((entry) => entry.type === "file" ? [[entry.path, entry.absolute]] : []),
  );
  const sources = new Map<string, string>();
  for (const path of namedFiles(commands, files.keys())) {
    const bytes = await readFileBytes(files.get(path)!).catch(() => undefined);
    if (bytes !== undefined) sources.set(path, new TextDecoder().decode(bytes));
  }
  const { conda } = robot.environment!;
  return judgePlatform({ conda, commands, sources, strict: options.strictPlatform });
}

async function resolve(text: string, search: Search): Promise<Environment> {
  const { robot, options, context } = search;
  const { env, hostOs, signal, reporter } = context;
  for (const warning of pipVariableWarnings(env)) reporter.warn(warning);
  const rccExec = await findHostRcc({ env, hostOs }) ?? options.rccExec;
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
      text,
      env,
      hostOs,
      signal,
      onLine: (line) => reporter.detail(line),
      onWait: () => phase.note("waited for another rcc"),
      onHeartbeat: ({ elapsedMs, lastLine }) =>
        reporter.detail(`rcc has been at work for ${Math.round(elapsedMs / 1000)} s: ${lastLine}`),
    }));
  const conda = parseCondaFile(text, robot.environment!.relative);
  const found = await findInLibraries(conda, {
    ...search,
    options: { ...options, catalog: undefined },
  });
  if (found instanceof Error) throw found;
  return found;
}

/** The listing with another text for the environment file. */
function withText(
  listing: RobotListing,
  { fileName, text }: { readonly fileName: string; readonly text: string },
): RobotListing {
  const content = new TextEncoder().encode(text);
  const entries = listing.entries.map((entry): RobotEntry =>
    entry.type === "file" && entry.path === fileName
      ? { ...entry, content, size: content.length }
      : entry
  );
  return { ...listing, entries };
}
