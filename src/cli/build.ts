import { type Base, openBase } from "../base/mod.ts";
import { IntegrityError } from "../bytes/mod.ts";
import { writeFileAtomic } from "../files/mod.ts";
import {
  blueprintHash,
  blueprintText,
  type Environment,
  findEnvironment,
  findLibraries,
  findLocalChannel,
  robocorpHome,
} from "../holotree/mod.ts";
import { assembleImage, type Image, isCached, type Layer, writeLayers } from "../image/mod.ts";
import { encodeJson } from "../oci/mod.ts";
import { writeAll, type Written } from "../output/mod.ts";
import { type Plan, planImage } from "../plan/mod.ts";
import { findRcc, type LinuxRcc } from "../rcc/mod.ts";
import { listRobotFiles, readRobot, type Robot, type RobotListing } from "../robot/mod.ts";
import { BlobCache, cacheFolder } from "../store/mod.ts";
import { Attempts } from "./attempts.ts";
import type { BuildOptions } from "./build_options.ts";
import { buildSummary } from "./build_summary.ts";
import type { Context } from "./context.ts";
import { outputsInside, outputsOf } from "./outputs.ts";

/** Builds an image: from the arguments to the report. */
export async function build(options: BuildOptions, context: Context): Promise<void> {
  const cache = new BlobCache(cacheFolder({ env: context.env, platform: context.hostOs }));
  const facts = await gatherFacts(options, { context, cache });
  const plan = planImage({
    options,
    robot: facts.robot,
    robotEntries: facts.listing.entries,
    ...(facts.environment === undefined ? {} : { environment: facts.environment }),
    rcc: facts.rcc,
    base: facts.base,
    runtime: context.runtime,
  });
  await findContent(plan, { facts, context, cache });
  const made = await makeImage(plan, { options, context, cache });
  const summary = buildSummary({ plan, ...facts, ...made, sealed: options.sealed, warnings: [] });
  if (options.metadataFile !== undefined) {
    await writeFileAtomic(options.metadataFile, encodeJson(summary.manifest));
  }
  context.reporter.finish(summary);
}

interface Facts {
  readonly robot: Robot;
  readonly listing: RobotListing;
  readonly environment: Environment | undefined;
  readonly rcc: LinuxRcc;
  readonly base: Base;
}

/** Reads everything that an image is made of. @throws {Failures} with all that stands in the way. */
async function gatherFacts(
  options: BuildOptions,
  { context, cache }: { readonly context: Context; readonly cache: BlobCache },
): Promise<Facts> {
  const { reporter, signal, env, hostOs } = context;
  const attempts = new Attempts();
  const outputs = outputsOf(options);
  const found = await attempts.attempt(() =>
    reporter.phase("Validating robot", async () => {
      const robot = await readRobot(options.robot, { task: options.task, signal });
      const exclude = [...options.exclude, ...outputsInside(robot.directory, options)];
      const listing = await listRobotFiles(robot, { exclude, signal });
      for (const { message } of [...robot.warnings, ...listing.warnings]) reporter.warn(message);
      return { robot, listing };
    })
  );
  const environment = found &&
    await attempts.attempt(() =>
      reporter.phase("Reading environment", () => readEnvironmentOf(found.robot, options, context))
    );
  const rcc = await attempts.attempt(() => findRcc({ rccExec: options.rccExec, hostOs, env }));
  const base = await attempts.attempt(() =>
    reporter.phase("Reading base image", () => openBase(options.baseImage, { cache, signal }))
  );
  for (const output of outputs) await attempts.attempt(() => output.prepare());
  attempts.finish();
  return { ...found!, environment, rcc: rcc!, base: base! };
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

interface BuildContext {
  readonly context: Context;
  readonly cache: BlobCache;
}

/** A missing blob is found before anything is written; a layer that is in the cache needs none. */
async function findContent(
  plan: Plan,
  { facts, context, cache }: BuildContext & { readonly facts: Facts },
): Promise<void> {
  const layer = plan.layers.find(({ name }) => name === "environment");
  if (layer === undefined || await isCached(layer, cache)) return;
  await context.reporter.phase("Finding content", async () => void await facts.environment!.open());
}

interface Made {
  readonly layers: readonly Layer[];
  readonly image: Image;
  readonly written: readonly Written[];
}

/** Writes the image. When a layer of the cache turns out to be damaged, it is made anew, once. */
async function makeImage(
  plan: Plan,
  build: BuildContext & { readonly options: BuildOptions },
): Promise<Made> {
  try {
    return await layerAndSave(plan, build);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    build.context.reporter.warn("a layer in the cache was damaged, it is made anew");
    for (const { key } of plan.layers) {
      if (key !== undefined) await build.cache.removeFact("layers", key);
    }
    return await layerAndSave(plan, build);
  }
}

async function layerAndSave(
  plan: Plan,
  { options, context, cache }: BuildContext & { readonly options: BuildOptions },
): Promise<Made> {
  const { reporter, signal } = context;
  const layers = await reporter.phase("Layering", async (phase) => {
    using task = phase.task("layers");
    const { packing, jobs } = options;
    const onProgress = (_: unknown, bytes: number) => task.add(bytes);
    const written = await writeLayers(plan.layers, { cache, packing, jobs, signal, onProgress });
    const cached = written.filter(({ fromCache }) => fromCache).map(({ name }) => name);
    if (cached.length > 0) phase.note(`${cached.join(", ")} from cache`);
    return written;
  });
  const image = await reporter.phase(
    "Assembling image",
    () => Promise.resolve(assembleImage(plan, layers)),
  );
  const written = await reporter.phase("Saving", async (phase) => {
    using task = phase.task("image");
    return await writeAll(outputsOf(options), image, {
      signal,
      onProgress: (bytes) => task.add(bytes),
    });
  });
  return { layers, image, written };
}
