import { relative } from "node:path/posix";
import {
  isAbsent,
  judgePlatform,
  namedFiles,
  type PlatformVerdict,
  requireOnlyWithout,
  withoutDependencies,
} from "../checks/mod.ts";
import { Failure, failuresOf, throwFailures } from "../failure/mod.ts";
import { readFileBytes } from "../files/mod.ts";
import {
  blueprintHash,
  blueprintText,
  droppedDependencies,
  type Environment,
  findEnvironment,
  findLibraries,
} from "../holotree/mod.ts";
import { hostAdvice, requireResolvingHost } from "../rcc/mod.ts";
import {
  type CondaFile,
  fromRoot,
  parseCondaFile,
  type Robot,
  robotCommands,
  type RobotEntry,
  type RobotListing,
} from "../robot/mod.ts";
import { type EnvironmentFacts, environmentOf } from "../cache_image/mod.ts";
import type { PublishedEnvironment } from "../plan/mod.ts";
import type { CacheImages } from "./cache_images.ts";
import { type FactCache, keptCatalogs } from "./catalog_facts.ts";
import type { Context } from "./session.ts";
import { hostFactsOf, localChannelOf } from "./host_facts.ts";
import { type OtherZip, otherZipFailure, otherZipWarning } from "./other_zip.ts";
import { recordingNotice } from "./recording_notice.ts";
import type { EnvironmentRequest } from "./request.ts";

/** The environment of a robot, and the robot as it goes with it. */
export interface EnvironmentInput {
  readonly robot: Robot;
  readonly listing: RobotListing;
  /**
   * None for a shell robot, and for one that nobody has built yet. That of an image has a catalog
   * without the files that no start check looks at, and no content.
   */
  readonly environment: Environment | undefined;
  /** The image that has it, when no library does. */
  readonly published?: FoundInImage;
  /** What rcc is to build, when it is to. */
  readonly toResolve?: EnvironmentToBuild;
}

/** An environment that an image has, and what the image says of it. */
export interface FoundInImage {
  readonly environment: PublishedEnvironment;
  readonly facts: EnvironmentFacts;
}

/** An environment that the host's rcc is to build. */
export interface EnvironmentToBuild {
  /** Why: `not built yet`. */
  readonly why: string;
  /** What is resolved in the place of the environment file's own text. */
  readonly text?: string;
}

/** Options of {@linkcode selectEnvironment}. */
export interface SelectOptions extends Pick<LibrarySearch, "cache" | "onNewCatalog"> {
  readonly request: EnvironmentRequest;
  readonly context: Context;
  /** Whether a person may be asked. */
  readonly mayAsk: boolean;
  readonly cacheImages: CacheImages;
}

/**
 * Finds the environment in a library, or finds out what rcc is to build: where dependencies cannot
 * work on Linux, without them, and with an environment file that says so in the image.
 *
 * @throws {Failure} when there is none and none may be built.
 */
export async function selectEnvironment(
  robot: Robot,
  listing: RobotListing,
  search: SelectOptions,
): Promise<EnvironmentInput> {
  if (robot.environment === undefined) return { robot, listing, environment: undefined };
  const { request, context } = search;
  const { hostOs, hostArch } = context;
  const { conda, text, relative: fileName } = robot.environment;
  for (const warning of droppedDependencies(conda)) context.reporter.warn(warning);
  const { below } = robot.reach;
  if (request.resolve) {
    requireResolvingHost(hostOs, hostArch);
  } else {
    const found = await findBuilt(robot, { conda, ...search });
    if (!(found instanceof Error)) {
      await warnOfZip(robot, { ...search, conda, found });
      return { robot, listing, environment: found };
    }
    const published = await findPublished(conda, search);
    if (published !== undefined) {
      const { facts, environment: { name } } = published;
      return { robot, listing, environment: environmentOf(facts, name), published };
    }
    await requireResolving(found, search);
  }
  const why = request.resolve ? "asked for afresh by --resolve" : "not built yet";
  const { leftOut, warnings, failures } = await judge(listing, { robot, request });
  throwFailures(failures);
  for (const warning of warnings) context.reporter.warn(warning);
  if (leftOut.length === 0) {
    await requireNoZip(robot, { ...search, conda });
    return { robot, listing, environment: undefined, toResolve: { why } };
  }
  const entries = leftOut.map(({ dependency }) => dependency);
  const reduced = await withoutDependencies(text, { entries, fileName });
  const changed = {
    robot: withEnvironment(robot, reduced),
    listing: withText(listing, { path: fromRoot(below, fileName), text: reduced }),
  };
  const { conda: kept } = changed.robot.environment;
  requireOnlyWithout(kept, { before: conda, entries });
  const built = request.resolve ? undefined : await findBuilt(robot, { ...search, conda: kept });
  if (built === undefined || built instanceof Error) {
    await requireNoZip(robot, { ...search, conda });
    return { ...changed, environment: undefined, toResolve: { why, text: reduced } };
  }
  await warnOfZip(robot, { ...search, conda: kept, found: built });
  return { ...changed, environment: built };
}

/** What an environment is looked for by. */
export interface LibrarySearch {
  readonly conda: CondaFile;
  readonly request: Pick<EnvironmentRequest, "hololib" | "catalog">;
  readonly context: Pick<Context, "env" | "hostOs" | "signal" | "reporter">;
  readonly cache: FactCache;
  /** Told of a catalog's file that this cache does not know, before it is read. */
  readonly onNewCatalog?: ((file: Uint8Array) => void) | undefined;
}

/** Looks into libraries. @returns The failure when none has it. @throws what is wrong with one. */
export async function findBuilt(
  { hololibZip }: Pick<Robot, "hololibZip">,
  { conda, request: { hololib, catalog }, context, cache, onNewCatalog }: LibrarySearch,
): Promise<Environment | Error> {
  const { signal, reporter } = context;
  const candidates = findLibraries({ hololib, hololibZip, ...hostFactsOf(context) });
  const blueprint = blueprintOf(conda, context);
  try {
    return await findEnvironment(candidates, { catalog, blueprint }, {
      signal,
      onRecording: recordingNotice(reporter),
      kept: keptCatalogs(cache),
      onNew: onNewCatalog,
    });
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return error as Error;
  }
}

/** The first image that has the environment. */
async function findPublished(
  conda: CondaFile,
  { cacheImages: { images }, request: { catalog }, context }: SelectOptions,
): Promise<FoundInImage | undefined> {
  const wanted = catalog ?? blueprintOf(conda, context);
  const image = images.find(({ environment }) =>
    environment !== undefined && environment.label.blueprint.startsWith(wanted)
  );
  if (image?.environment === undefined) return undefined;
  return { environment: image.environment, facts: await image.facts() };
}

/** What the environment is called on this host. */
function blueprintOf(conda: CondaFile, context: Pick<Context, "env" | "hostOs">): string {
  const localChannel = localChannelOf(context);
  return blueprintHash(blueprintText(conda, localChannel === undefined ? {} : { localChannel }));
}

type ZipSearch = SelectOptions & { readonly conda: CondaFile };

/** The hololib.zip beside the robot, unless options name another library. */
function zipOf(
  { hololibZip }: Robot,
  { request: { hololib, catalog }, context, conda }: ZipSearch,
): OtherZip | undefined {
  if (hololibZip === undefined || hololib !== undefined) return undefined;
  return { path: hololibZip, wanted: catalog ?? blueprintOf(conda, context) };
}

/** A robot that comes with an environment gets no other silently. */
async function warnOfZip(
  robot: Robot,
  { found, ...search }: ZipSearch & { readonly found: Environment },
): Promise<void> {
  const zip = zipOf(robot, search);
  const used = found.library.path;
  if (zip === undefined || zip.path === used) return;
  const { context } = search;
  context.reporter.warn(await otherZipWarning(zip, { used, context }));
}

/** Nor is one resolved in its place, when nobody has said so. */
async function requireNoZip(robot: Robot, search: ZipSearch): Promise<void> {
  const zip = zipOf(robot, search);
  const { request, context, mayAsk } = search;
  // Of a catalog that was named all has been said.
  if (zip === undefined || request.resolve || request.catalog !== undefined) return;
  const failure = await otherZipFailure(zip, context);
  const question = `${failure.message}. Resolve the environment afresh?`;
  if (!mayAsk || !await context.reporter.confirm(question)) throw failure;
}

/** A library or catalog that was named is not replaced by another: a person may say otherwise. */
async function requireResolving(
  absent: Error,
  { request: { hololib, catalog }, context, mayAsk }: SelectOptions,
): Promise<void> {
  const { reporter, hostOs, hostArch } = context;
  const { canResolve, ways: own } = hostAdvice(hostOs, hostArch);
  const ways = [...own, "name an image that has it with --cache-from"];
  const id = failuresOf(absent)[0]!.id;
  if (!canResolve) throw new Failure(id, `${absent.message}; ${ways.join(", or ")}`);
  if (hololib !== undefined) throw absent;
  if (catalog === undefined) return;
  const { message } = absent;
  if (mayAsk && await reporter.confirm(`${message}. Resolve the environment afresh?`)) return;
  if (message.includes("--resolve")) throw absent;
  throw new Failure(id, `${message}; add --resolve to have rcc build the environment afresh`);
}

async function judge(
  { entries }: RobotListing,
  { robot, request }: { readonly robot: Robot; readonly request: EnvironmentRequest },
): Promise<PlatformVerdict> {
  const commands = robotCommands(robot);
  const { below } = robot.reach;
  const files = new Map(
    entries.flatMap((entry) =>
      entry.type === "file" ? [[relative(below, entry.path), entry.absolute]] : []
    ),
  );
  const sources = new Map<string, string>();
  for (const path of namedFiles(commands, files.keys())) {
    const bytes = await readFileBytes(files.get(path)!).catch(() => undefined);
    if (bytes !== undefined) sources.set(path, new TextDecoder().decode(bytes));
  }
  const { conda } = robot.environment!;
  return judgePlatform({ conda, commands, sources, strict: request.strictPlatform });
}

function withEnvironment(
  robot: Robot,
  text: string,
): Robot & { readonly environment: NonNullable<Robot["environment"]> } {
  const environment = robot.environment!;
  const conda = parseCondaFile(text, environment.relative);
  return { ...robot, environment: { ...environment, conda, text } };
}

/** The listing with another text for the environment file. */
function withText(
  listing: RobotListing,
  { path, text }: { readonly path: string; readonly text: string },
): RobotListing {
  const content = new TextEncoder().encode(text);
  const entries = listing.entries.map((entry): RobotEntry =>
    entry.type === "file" && entry.path === path
      ? { ...entry, content, size: content.length }
      : entry
  );
  return { ...listing, entries };
}
