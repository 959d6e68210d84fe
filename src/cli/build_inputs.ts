import { type Base, openBase, registrySource } from "../base/mod.ts";
import {
  blueprintHash,
  blueprintText,
  type Environment,
  findEnvironment,
  findLibraries,
  findLocalChannel,
  robocorpHome,
} from "../holotree/mod.ts";
import type { Output } from "../output/mod.ts";
import { findRcc, type LinuxRcc } from "../rcc/mod.ts";
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
  const environment = found &&
    await attempts.attempt(() =>
      reporter.phase("Reading environment", () => readEnvironmentOf(found.robot, options, context))
    );
  const rcc = await attempts.attempt(() => findRcc({ rccExec: options.rccExec, hostOs, env }));
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
  return { ...found!, environment, rcc: rcc!, base: base!, outputs };
}

async function readEnvironmentOf(
  { environment, hololibZip }: Robot,
  { hololib, catalog }: BuildOptions,
  { env, hostOs, signal }: Context,
): Promise<Environment | undefined> {
  if (environment === undefined) return undefined;
  const host = { env, hostOs: rccHost(hostOs) };
  const candidates = findLibraries({ hololib, hololibZip, ...host });
  const localChannel = findLocalChannel(robocorpHome(host));
  const blueprint = blueprintHash(
    blueprintText(environment.conda, localChannel === undefined ? {} : { localChannel }),
  );
  return await findEnvironment(candidates, { catalog, blueprint }, { signal });
}

/** What RCC calls the systems that it runs on. */
function rccHost(platform: string): "linux" | "darwin" | "windows" {
  if (platform === "win32") return "windows";
  return platform === "darwin" ? "darwin" : "linux";
}
