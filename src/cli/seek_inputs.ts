import { type Base, type OpenBaseOptions, registrySource } from "../base/mod.ts";
import type { Found } from "../checks/mod.ts";
import type { FindRccOptions, LinuxRcc, RccToDownload } from "../rcc/mod.ts";
import type { Phase, Task } from "../report/mod.ts";
import {
  type GitSource,
  listRobotFiles,
  readGitSource,
  readRobot,
  type Robot,
  type RobotListing,
} from "../robot/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import type { BuildOptions } from "./build_options.ts";
import type { Context } from "./context.ts";
import { asFound } from "./found.ts";
import { type NamedOutput, onlyPushes, outputsInside, outputsOf } from "./outputs.ts";
import { refuseRecordedSecrets } from "./recorded_secrets.ts";
import type { Registries } from "./registry_client.ts";
import { seekEnvironment, type SeekOptions, type SoughtEnvironment } from "./seek_environment.ts";

/** What a command has for all its steps. */
export interface BuildContext {
  readonly context: Context;
  readonly cache: BlobCache;
  readonly registries: Registries;
}

/** A robot, its files, and where its code is from. */
export interface FoundRobot {
  readonly robot: Robot;
  readonly listing: RobotListing;
  readonly source: GitSource;
}

/** Everything that an image is made of, as far as it was found. */
export interface SoughtInputs<AnyRcc, AnyBase> {
  readonly robot: Found<FoundRobot>;
  readonly environment: Found<SoughtEnvironment>;
  readonly rcc: Found<AnyRcc>;
  readonly base: Found<AnyBase>;
  readonly outputs: readonly NamedOutput[];
}

/** How things are looked for: a build fetches what is missing, others only say so. */
export interface Seekers<AnyRcc, AnyBase> {
  rcc(options: FindRccOptions): Promise<AnyRcc>;
  base(name: string, options: OpenBaseOptions): Promise<AnyBase>;
  /** How each step is shown. */
  phase<Result>(title: string, work: (phase: Phase) => Promise<Result>): Promise<Result>;
  /** Whether a person may be asked. */
  readonly mayAsk: boolean;
}

/** Looks for all at once, so that a user reads at once all that is missing. */
export async function seekInputs<AnyRcc extends LinuxRcc | RccToDownload, AnyBase extends Base>(
  options: BuildOptions,
  build: BuildContext,
  seekers: Seekers<AnyRcc, AnyBase>,
): Promise<SoughtInputs<AnyRcc, AnyBase>> {
  const { context, registries } = build;
  const step = <Result>(title: string, work: (phase: Phase) => Promise<Result>) =>
    asFound(() => seekers.phase(title, work));
  const robot = await step("Validating robot", () => findRobot(options, context));
  const environment: Found<SoughtEnvironment> = "found" in robot
    ? await step("Reading environment", async (phase) => {
      const { mayAsk } = seekers;
      const search = { options, context, mayAsk, cache: build.cache };
      const sought = await findEnvironment(robot.found, search);
      if (sought.environment === undefined) phase.instead(sought.toResolve?.why ?? "none needed");
      return sought;
    })
    : { notNeeded: "the robot is not known" };
  const work = { ...build, options };
  const rcc = await step("Finding rcc", (phase) => seekers.rcc(rccOptions(work, phase)));
  const base = await step("Pulling base image", async (phase) => {
    using task = phase.task("base");
    const onProgress = (bytes: number) => task.add(bytes);
    const found = await seekers.base(options.baseImage, baseOptions(work, onProgress));
    for (const warning of found.warnings) context.reporter.warn(warning);
    return found;
  });
  return { robot, environment, rcc, base, outputs: outputsOf(options, registries.client) };
}

async function findRobot(
  options: BuildOptions,
  { reporter, signal }: Context,
): Promise<FoundRobot> {
  const robot = await readRobot(options.robot, { ...options, signal });
  const exclude = [...options.exclude, ...outputsInside(robot.directory, options)];
  const listing = await listRobotFiles(robot, { exclude, signal });
  for (const { message } of [...robot.warnings, ...listing.warnings]) reporter.warn(message);
  const source = await readGitSource(robot.directory, { signal });
  return { robot, listing, source };
}

async function findEnvironment(
  { robot, listing }: FoundRobot,
  search: SeekOptions & Pick<BuildContext, "cache">,
): Promise<SoughtEnvironment> {
  const sought = await seekEnvironment(robot, listing, search);
  if (sought.toResolve === undefined) await refuseRecordedSecrets(sought, search);
  return sought;
}

type Work = BuildContext & { readonly options: BuildOptions };

function rccOptions({ options, context, cache, registries }: Work, phase: Phase): FindRccOptions {
  const { reporter } = context;
  let release = "";
  let task: Task | undefined;
  return {
    rccExec: options.rccExec,
    version: options.rccVersion,
    sha256: options.rccSha256,
    hostOs: context.hostOs,
    env: context.env,
    cacheFolder: cache.path,
    offline: options.registry.pull === "offline",
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
  { options, context: { signal }, cache, registries: { client } }: Work,
  onProgress: (bytes: number) => void,
): OpenBaseOptions {
  const { pull } = options.registry;
  const registry = registrySource({ client, cache, pull, passOn: onlyPushes(options) });
  return { cache, signal, onProgress, registry };
}
