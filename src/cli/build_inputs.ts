import { type Base, openBase, registrySource } from "../base/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import type { Output } from "../output/mod.ts";
import { throwFailures } from "../failure/mod.ts";
import {
  findRcc,
  findRecordedSecrets,
  hostSecrets,
  type LinuxRcc,
  readNetrc,
  recordedSecretFailures,
} from "../rcc/mod.ts";
import {
  type GitSource,
  listRobotFiles,
  readGitSource,
  readRobot,
  type Robot,
  type RobotListing,
} from "../robot/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import { Attempts } from "./attempts.ts";
import type { BuildOptions } from "./build_options.ts";
import type { Context } from "./context.ts";
import { findOrResolve, type FoundEnvironment } from "./find_environment.ts";
import { onlyPushes, outputsInside, outputsOf } from "./outputs.ts";
import type { Registries } from "./registry_client.ts";

/** Everything that an image is made of. */
export interface BuildInputs {
  readonly robot: Robot;
  readonly listing: RobotListing;
  /** Where the robot's code is from. */
  readonly source: GitSource;
  readonly environment: Environment | undefined;
  readonly rcc: LinuxRcc;
  readonly base: Base;
  readonly outputs: readonly Output[];
}

/** What a build has for all its steps. */
export interface BuildContext {
  readonly context: Context;
  readonly cache: BlobCache;
  readonly registries: Registries;
}

/** Reads everything that an image is made of. @throws {Failures} with all that stands in the way. */
export async function gatherInputs(
  options: BuildOptions,
  { context, cache, registries }: BuildContext,
): Promise<BuildInputs> {
  const { reporter, signal, env, hostOs } = context;
  const attempts = new Attempts();
  const { client } = registries;
  const outputs = outputsOf(options, client);
  const found = await attempts.attempt(() =>
    reporter.phase("Validating robot", async () => {
      const robot = await readRobot(options.robot, { task: options.task, signal });
      const exclude = [...options.exclude, ...outputsInside(robot.directory, options)];
      const listing = await listRobotFiles(robot, { exclude, signal });
      for (const { message } of [...robot.warnings, ...listing.warnings]) reporter.warn(message);
      const source = await readGitSource(robot.directory, { signal });
      return { robot, listing, source };
    })
  );
  const fitted = found && await attempts.attempt(async () => {
    const phase = () => findOrResolve(found.robot, found.listing, { options, context });
    const fitted = await reporter.phase("Reading environment", phase);
    await refuseRecordedSecrets(fitted, { options, context });
    return fitted;
  });
  const rcc = await attempts.attempt(() =>
    findRcc({
      rccExec: options.rccExec,
      version: options.rccVersion,
      sha256: options.rccSha256,
      hostOs,
      env,
      cacheFolder: cache.path,
      offline: options.registry.pull === "offline",
      http: registries.http,
      signal,
    })
  );
  const base = await attempts.attempt(() =>
    reporter.phase("Pulling base image", async (phase) => {
      using task = phase.task("base");
      const { pull } = options.registry;
      return await openBase(options.baseImage, {
        cache,
        signal,
        onProgress: (bytes) => task.add(bytes),
        registry: registrySource({ client, cache, pull, passOn: onlyPushes(options) }),
      });
    })
  );
  for (const output of outputs) await attempts.attempt(() => output.prepare());
  attempts.finish();
  return { ...found!, ...fitted!, rcc: rcc!, base: base!, outputs };
}

/** What was recorded with the environment cannot be edited, and the image shows it to all. */
async function refuseRecordedSecrets(
  { environment, listing }: FoundEnvironment,
  { options, context: { env, hostOs, signal } }: {
    readonly options: BuildOptions;
    readonly context: Context;
  },
): Promise<void> {
  if (options.allowRecordedSecrets) return;
  const secrets = hostSecrets(env, { netrc: await readNetrc({ env, hostOs }) });
  const { entries: robotEntries } = listing;
  throwFailures(
    recordedSecretFailures(
      await findRecordedSecrets({ environment, robotEntries, secrets, signal }),
    ),
  );
}
