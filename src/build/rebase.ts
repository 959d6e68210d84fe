import { type FoundManifest, openBase, registrySource } from "../base/mod.ts";
import { baseDiffIds, type CacheImage, environmentOf, openCacheImage } from "../cache_image/mod.ts";
import { Failure, throwFailures } from "../failure/mod.ts";
import { temporaryFolder } from "../files/mod.ts";
import { Packer } from "../packing/mod.ts";
import type { EnvironmentLabel, PublishedEnvironment } from "../plan/mod.ts";
import type { BuildSummary } from "../report/mod.ts";
import { useCache } from "../store/mod.ts";
import type { CompleteInputs } from "./complete_inputs.ts";
import { examine, forBase } from "./examine.ts";
import { failuresOfFacts, foundOf } from "./found.ts";
import { requireOpenFiles } from "./open_files.ts";
import { onlyPushes, outputsOf } from "./outputs.ts";
import { newBaseName, openOldBase, type RebaseRequest, statedBase } from "./rebase_request.ts";
import { unpackRobot } from "./rebase_robot.ts";
import { recogniseSettings, startCommandOf } from "./rebase_settings.ts";
import { type Context, openSession, type Session } from "./session.ts";
import { writeImage } from "./write_image.ts";

/**
 * Puts an image on another base: the image that a build there would make, of the same layers. The
 * robot is taken out of its layer and packed again, which makes the same layer; the rest is taken as
 * it is, where a build would make the same.
 *
 * @throws {Failure} or {Failures} with what would have to be rebuilt, or why it would not start.
 */
export async function rebase(request: RebaseRequest, context: Context): Promise<BuildSummary> {
  const { reporter } = context;
  requireOpenFiles(1);
  using session = await openSession(request.build, context);
  const { cache } = session;
  using _used = await useCache(cache.path);
  await cache.sweep();
  await using folder = await temporaryFolder("rcc-oci-rebase-");
  const inputs = await readInputs(request, { session, folder: folder.path });
  const build = { ...request.build, image: inputs.settings };
  for (const output of inputs.outputs) await output.prepare();
  using packer = new Packer({ packing: build.image.packing, jobs: 1 });
  const work = { ...session, packer, request: build };
  const { plan, content, start } = await examine(inputs, {
    ...work,
    phase: (title, run) => reporter.phase(title, run),
  });
  throwFailures(failuresOfFacts([plan, content, start]));
  const prepared = { inputs, plan: foundOf(plan), startChecks: foundOf(start) };
  return await writeImage(prepared, work);
}

interface ReadOptions {
  readonly session: Session;
  /** For the robot. */
  readonly folder: string;
}

async function readInputs(request: RebaseRequest, { session, folder }: ReadOptions) {
  const { context: { reporter, signal, runtime }, cache, registries: { client } } = session;
  const { build } = request;
  const { pull } = build.base;
  const registry = registrySource({ client, cache, pull });
  const { image, environment, facts, oldBase } = await reporter.phase("Reading image", async () => {
    const image = await openCacheImage(request.image, { registry, signal });
    const environment = requireEnvironment(image);
    const oldBase = await openOldBase(image, request, { registry, signal });
    requireStandsOn(image, oldBase);
    return { image, environment, oldBase, facts: await image.facts() };
  });
  const base = await reporter.phase("Pulling base image", async (phase) => {
    using task = phase.task("base");
    const passOn = onlyPushes(build.outputs);
    const base = await openBase(newBaseName(image, request), {
      cache,
      signal,
      registry: registrySource({ client, cache, pull, passOn }),
      onProgress: (bytes) => task.add(bytes),
      knownFacts: (digest) => facts.base?.digest === digest ? facts.base.facts : undefined,
    });
    for (const warning of base.warnings) reporter.warn(warning);
    return base;
  });
  const start = startCommandOf(image);
  const robot = await reporter.phase(
    "Unpacking robot",
    () => unpackRobot(image, { folder, base, start, signal }),
  );
  const rcc: EnvironmentLabel["rcc"] = environment.label.rcc;
  const own = environmentOf(facts, image.name);
  const published = { environment, facts };
  const source = sourceOf(image);
  const settings = recogniseSettings({
    ...{ robot: robot.robot, robotEntries: robot.listing.entries, source, environment: own },
    published: forBase(published, base),
    describe: () => Promise.resolve(new Uint8Array()),
    ...{ rcc, base, runtime },
  }, {
    ...{ image, start, facts, asked: build.image },
    oldConfig: oldBase?.config.config ?? {},
  });
  const inputs: CompleteInputs = {
    ...{ ...robot, source, environment: own, published, base },
    rcc: { origin: "published", image: image.name, ...rcc },
    outputs: outputsOf(build, client),
    cacheImages: [],
  };
  return { ...inputs, settings };
}

function requireEnvironment({ name, environment }: CacheImage): PublishedEnvironment {
  if (environment !== undefined) return environment;
  throw new Failure(
    "environment/cache-image",
    `failed to rebase "${name}": it says nothing of an environment of this program, build it again`,
  );
}

/** @throws {Failure} when the image was built on another base. */
function requireStandsOn(image: CacheImage, old: FoundManifest | undefined): void {
  const { digest } = statedBase(image);
  const own = baseDiffIds(image);
  const diffIds = old?.config.rootfs.diff_ids ?? [];
  const isSame = own.length === diffIds.length && own.every((diffId, i) => diffId === diffIds[i]) &&
    (digest === undefined || digest === old?.descriptor.digest);
  if (isSame) return;
  throw new Failure(
    "environment/cache-image",
    `failed to rebase "${image.name}": it was not built on its old base ` +
      `(${old?.descriptor.digest ?? "scratch"}), name that with --old-base: ${
        digest ?? "a docker archive"
      }`,
  );
}

/** Where the robot's code is from: the image has it from git. */
function sourceOf({ found: { config } }: CacheImage): CompleteInputs["source"] {
  const labels = config.config?.Labels ?? {};
  const url = labels["org.opencontainers.image.source"];
  const revision = labels["org.opencontainers.image.revision"];
  return {
    ...(url === undefined ? {} : { url }),
    ...(revision === undefined ? {} : { revision }),
  };
}
