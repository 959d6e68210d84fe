import { type Base, flattenBase } from "../base/mod.ts";
import { Packer } from "../packing/mod.ts";
import { contextDockerfile, type ContextLayer } from "../dockerfile/mod.ts";
import { failuresOf } from "../failure/mod.ts";
import { type Layer, writeLayers } from "../image/mod.ts";
import { codecOf } from "../oci/mod.ts";
import { type ContextFile, requireContextFolder, writeContextFolder } from "../output/mod.ts";
import type { LayerPlan, Plan } from "../plan/mod.ts";
import { shellQuote } from "../report/mod.ts";
import { readRobot } from "../robot/mod.ts";
import { BlobCache, cacheFolder, requireCache, useCache } from "../store/mod.ts";
import { Attempts } from "./attempts.ts";
import { type BuildInputs, gatherInputs, planOf } from "./build_inputs.ts";
import type { BuildOptions } from "./build_options.ts";
import type { Context } from "./context.ts";
import { credentialRegistries } from "./credential_registries.ts";
import { outputsInside } from "./outputs.ts";
import { connectRegistries } from "./registry_client.ts";
import { remakeDamaged } from "./remake_damaged.ts";
import { StartChecks } from "./start_checks.ts";

/** Options of {@linkcode writeContext}. */
export interface WriteContextOptions {
  readonly folder: string;
  /** Whether another context there gives way. */
  readonly force: boolean;
  readonly context: Context;
}

/** Writes the layers of `build` and a Dockerfile that puts them together. */
export async function writeContext(
  options: BuildOptions,
  { folder, force, context }: WriteContextOptions,
): Promise<void> {
  const { env, hostOs, reporter } = context;
  const cacheDirectory = cacheFolder({ env, platform: hostOs });
  const cache = new BlobCache(cacheDirectory);
  using registries = await connectRegistries({
    options: options.registry,
    context,
    cacheDirectory,
    registries: credentialRegistries({ ...options, push: false }),
  });
  using _used = await useCache(cacheDirectory);
  const attempts = new Attempts();
  await attempts.attempt(() => requireContextFolder(folder, force));
  await attempts.attempt(() => requireCache(cacheDirectory));
  const inputs = await attempts.attempt(async () =>
    await gatherInputs(await leavingOut(folder, options), { context, cache, registries })
  );
  attempts.finish();
  const plan = await planOf(inputs!, { options, runtime: context.runtime });
  const checks = await reporter.phase("Checking start", () =>
    StartChecks.begin(plan, {
      ...{ context, cache, registries },
      inputs: inputs!,
      start: options.start,
    }));
  const work = { folder, options, inputs: inputs!, context, cache, checks };
  await remakeDamaged(plan, work, () => layerAndWrite(plan, work));
  reporter.print(`docker build --tag NAME ${shellQuote(folder)}`);
}

interface Work {
  readonly folder: string;
  readonly options: BuildOptions;
  readonly inputs: BuildInputs;
  readonly context: Context;
  readonly cache: BlobCache;
  readonly checks: StartChecks;
}

async function layerAndWrite(
  plan: Plan,
  { folder, options, inputs, context: { reporter, signal }, cache, checks }: Work,
): Promise<void> {
  const layers = await reporter.phase("Layering", async (phase) => {
    using task = phase.task("layers");
    using packer = new Packer(options);
    return await writeLayers(plan.layers, {
      cache,
      packer,
      signal,
      onProgress: (bytes) => task.add(bytes),
      onProgram: (program) => checks.add(program),
    });
  });
  await checks.finish();
  await reporter.phase("Writing context", async (phase) => {
    using task = phase.task("context");
    await writeContextFolder(folder, filesOf(plan, layers, inputs), {
      signal,
      onProgress: (bytes) => task.add(bytes),
    });
  });
}

/** A context in the robot's own folder is no part of the robot. */
async function leavingOut(folder: string, options: BuildOptions): Promise<BuildOptions> {
  try {
    const { directory } = await readRobot(options.robot, options);
    const inside = outputsInside(directory, { ...options, save: folder });
    return { ...options, exclude: [...options.exclude, ...inside] };
  } catch (error) {
    if (failuresOf(error).length === 0) throw error;
    return options; // What is wrong with the robot is said when it is read.
  }
}

function filesOf(
  plan: Plan,
  layers: readonly Layer[],
  { robot, base }: BuildInputs,
): readonly ContextFile[] {
  const stated: readonly ContextLayer[] = [
    ...(base.layers.length === 0 ? [] : [{ file: BASE, content: `base ${base.referenceName}` }]),
    ...layers.map(({ plan }, at) => ({ file: fileName(plan, at), content: plan.createdBy })),
  ];
  const text = contextDockerfile({ name: robot.name, layers: stated, config: plan.config });
  return [
    ...baseFiles(base),
    ...layers.map(({ plan, descriptor, blobs }, at): ContextFile => ({
      name: fileName(plan, at),
      open: () => blobs.open(descriptor),
      packing: "none",
    })),
    { name: "Dockerfile", open: () => new Blob([text]).stream(), packing: "none" },
  ];
}

/** The environment has many layers: they are numbered, so that the folder lists them in their order. */
function fileName({ name }: LayerPlan, at: number): string {
  return name === "environment"
    ? `environment-${String(at).padStart(3, "0")}.tar.gz`
    : `${name}.tar.gz`;
}

const BASE = "base.tar.gz";

/** One layer goes as it is; of several, what they are over one another: ADD knows no whiteouts. */
function baseFiles(base: Base): readonly ContextFile[] {
  const [layer, ...others] = base.layers;
  if (layer === undefined) return [];
  const { descriptor } = layer;
  if (others.length === 0 && codecOf(descriptor.mediaType) === "gzip") {
    return [{ name: BASE, open: () => base.blobs.open(descriptor), packing: "none" }];
  }
  return [{ name: BASE, open: () => flattenBase(base), packing: "gzip" }];
}
