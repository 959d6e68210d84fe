import { type Base, type OpenBaseOptions, registrySource } from "../base/mod.ts";
import type { Found } from "../checks/mod.ts";
import { chooseRcc, type FindRccOptions, type LinuxRcc, type RccToDownload } from "../rcc/mod.ts";
import type { Phase, ProgressTask } from "../report/mod.ts";
import {
  type GitSource,
  listRobotFiles,
  readGitSource,
  readRobot,
  type Robot,
  type RobotListing,
} from "../robot/mod.ts";
import type { CacheImage } from "../cache_image/mod.ts";
import { type CacheImages, openCacheImages } from "./cache_images.ts";
import { asFound } from "./found.ts";
import { type NamedOutput, onlyPushes, outputsInside, outputsOf } from "./outputs.ts";
import { refuseRecordedSecrets } from "./recorded_secrets.ts";
import type { BuildRequest } from "./request.ts";
import {
  type EnvironmentInput,
  type FoundInImage,
  type LibrarySearch,
  selectEnvironment,
  type SelectOptions,
} from "./select_environment.ts";
import type { Context, Session } from "./session.ts";

/** A robot, its files, and where its code is from. */
export interface RobotInput {
  readonly robot: Robot;
  readonly listing: RobotListing;
  readonly source: GitSource;
}

/** Everything that an image is made of, as far as it was found. */
export interface Inputs<AnyRcc, AnyBase> {
  readonly robot: Found<RobotInput>;
  readonly environment: Found<EnvironmentInput>;
  readonly rcc: Found<AnyRcc | PublishedRcc>;
  readonly base: Found<AnyBase>;
  readonly outputs: readonly NamedOutput[];
  /** Images whose layers may be taken. */
  readonly cacheImages: readonly CacheImage[];
}

/** An rcc that only an image has: its layer is taken as it is. */
export interface PublishedRcc {
  readonly origin: "published";
  /** The image as it was named. */
  readonly image: string;
  /** Not known. */
  readonly version?: undefined;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** Runs a step and shows it. */
export type RunPhase = <Result>(
  title: string,
  work: (phase: Phase) => Promise<Result>,
) => Promise<Result>;

/** How inputs are found: a build fetches what is missing, a dry run only says so. */
export interface Finder<AnyRcc, AnyBase> extends Pick<LibrarySearch, "onNewCatalog"> {
  rcc(options: FindRccOptions): Promise<AnyRcc>;
  base(name: string, options: OpenBaseOptions): Promise<AnyBase>;
  /** How each step is shown. */
  readonly phase: RunPhase;
  /** Whether a person may be asked. */
  readonly mayAsk: boolean;
}

/** Finds all of them or says why not, so that a user reads at once all that is missing. */
export async function findInputs<AnyRcc extends LinuxRcc | RccToDownload, AnyBase extends Base>(
  request: BuildRequest,
  session: Session,
  finder: Finder<AnyRcc, AnyBase>,
): Promise<Inputs<AnyRcc, AnyBase>> {
  const { context, cache, registries } = session;
  const step = <Result>(title: string, work: (phase: Phase) => Promise<Result>) =>
    asFound(finder.phase(title, work));
  const robot = await step("Validating robot", () => readRobotInput(request, context));
  const cacheImages = "found" in robot && robot.found.robot.environment !== undefined
    ? await readCacheImages(request, session, finder)
    : { images: [], refusals: [] };
  const environment: Found<EnvironmentInput> = "found" in robot
    ? await step("Reading environment", async (phase) => {
      const { mayAsk, onNewCatalog } = finder;
      const search = { request: request.environment, context, cache, cacheImages };
      const input = await readEnvironment(robot.found, { ...search, mayAsk, onNewCatalog });
      if (input.environment === undefined) phase.instead(input.toResolve?.why ?? "none needed");
      if (input.published !== undefined) phase.note(`of ${input.published.environment.name}`);
      return input;
    })
    : { notNeeded: "the robot is not known" };
  const work = { ...session, request };
  const published = "found" in environment ? environment.found.published : undefined;
  const rcc = await step("Finding rcc", async (phase) => {
    const wanted = rccOptions(work, phase);
    return await publishedRcc(published, { wanted, phase }) ?? await finder.rcc(wanted);
  });
  const base = await step("Pulling base image", async (phase) => {
    using task = phase.task("base");
    const onProgress = (bytes: number) => task.add(bytes);
    const found = await finder.base(request.base.name, {
      ...baseOptions(work, onProgress),
      knownFacts: (digest) => {
        const known = published?.facts.base;
        return known?.digest === digest ? known.facts : undefined;
      },
    });
    for (const warning of found.warnings) context.reporter.warn(warning);
    return found;
  });
  const outputs = outputsOf(request, registries.client);
  return { robot, environment, rcc, base, outputs, cacheImages: cacheImages.images };
}

/** Those that cannot be taken are said: a build without them takes longer, or does not end well. */
async function readCacheImages(
  request: BuildRequest,
  { context, cache, registries: { client } }: Session,
  { phase }: Pick<Finder<unknown, unknown>, "phase">,
): Promise<CacheImages> {
  const { environment: { cacheFrom }, outputs, base: { pull } } = request;
  if (cacheFrom?.length === 0 || (cacheFrom === undefined && !outputs.push)) {
    return { images: [], refusals: [] };
  }
  return await phase("Reading cache images", async (phase) => {
    const registry = registrySource({ client, cache, pull });
    const found = await openCacheImages({ request, context, registry });
    for (const refusal of found.refusals) context.reporter.warn(refusal);
    if (found.images.length === 0) phase.instead("none");
    return found;
  });
}

/** The rcc of an image that has the environment, where there is none on this machine. */
async function publishedRcc(
  published: FoundInImage | undefined,
  { wanted, phase }: { readonly wanted: FindRccOptions; readonly phase: Phase },
): Promise<PublishedRcc | undefined> {
  if (published === undefined || wanted.version !== undefined || wanted.sha256 !== undefined) {
    return undefined;
  }
  const chosen = await chooseRcc(wanted);
  if (chosen.origin !== "release") return undefined;
  const { name, label: { rcc } } = published.environment;
  phase.note(`${chosen.why}: that of ${name}`);
  return { origin: "published", image: name, ...rcc };
}

async function readRobotInput(
  { robot: request, outputs }: Pick<BuildRequest, "robot" | "outputs">,
  { reporter, signal }: Context,
): Promise<RobotInput> {
  const robot = await readRobot(request.path, { ...request, signal });
  const exclude = [
    ...request.exclude,
    ...outputsInside(robot.directory, outputs),
    ...outputsInside(robot.directory, { save: request.beside, sboms: [] }),
  ];
  const listing = await listRobotFiles(robot, { exclude, signal });
  for (const { message } of [...robot.warnings, ...listing.warnings]) reporter.warn(message);
  const source = await readGitSource(robot.directory, { signal });
  return { robot, listing, source };
}

async function readEnvironment(
  { robot, listing }: RobotInput,
  search: SelectOptions,
): Promise<EnvironmentInput> {
  const input = await selectEnvironment(robot, listing, search);
  if (input.toResolve === undefined) {
    const isHere = input.published === undefined;
    await refuseRecordedSecrets(isHere ? input : { ...input, environment: undefined }, search);
  }
  return input;
}

type Work = Session & { readonly request: BuildRequest };

function rccOptions({ request, context, cache, registries }: Work, phase: Phase): FindRccOptions {
  const { reporter } = context;
  let release = "";
  let task: ProgressTask | undefined;
  return {
    rccExec: request.rcc.path,
    version: request.rcc.version,
    sha256: request.rcc.sha256,
    hostOs: context.hostOs,
    env: context.env,
    cacheFolder: cache.path,
    offline: request.base.pull === "offline",
    http: registries.http,
    signal: context.signal,
    onRelease(version, why) {
      release = `rcc ${version}`;
      phase.note(`${why}: ${release}`);
    },
    onWait: () => phase.note("waited for another download"),
    onStart(host, size) {
      if (task === undefined) phase.note(`from ${host}`);
      else task.end(); // A download that broke off begins anew.
      task = phase.task(`${release} from ${host}`, size);
    },
    onUnverified: (message) => reporter.warn(message),
    onProgress: (bytes) => task?.add(bytes),
  };
}

function baseOptions(
  { request, context: { signal }, cache, registries: { client } }: Work,
  onProgress: (bytes: number) => void,
): OpenBaseOptions {
  const registry = registrySource({
    client,
    cache,
    pull: request.base.pull,
    passOn: onlyPushes(request.outputs),
  });
  return { cache, signal, onProgress, registry };
}
