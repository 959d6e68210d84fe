import type { Base } from "../base/mod.ts";
import type { Found } from "../checks/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { Packer } from "../packing/mod.ts";
import {
  type EnvironmentLayerPlan,
  type Plan,
  type PlanFacts,
  planImage,
  type PublishedEnvironment,
} from "../plan/mod.ts";
import { bytecodeFacts } from "./bytecode_facts.ts";
import { layersToPack } from "./cache_images.ts";
import type { CompleteInputs } from "./complete_inputs.ts";
import { describeEnvironment } from "./environment_programs.ts";
import { ownersOf } from "./owners.ts";
import type { RunPhase } from "./find_inputs.ts";
import { asFound } from "./found.ts";
import { requireLoadable } from "./outputs.ts";
import type { BuildRequest, OutputRequest } from "./request.ts";
import type { FoundInImage } from "./select_environment.ts";
import type { Session } from "./session.ts";
import { StartChecks } from "./start_checks.ts";

/** What a plan is made of: of rcc, less than a build needs. */
export type PlanInputs = Omit<CompleteInputs, "rcc" | "outputs"> & Pick<PlanFacts, "rcc">;

/** What is decided and checked of an image before any of it is written. */
export interface Examined {
  readonly plan: Found<Plan>;
  /** Whether all is there that has to be packed: layers of the environment that nobody has. */
  readonly content: Found<readonly EnvironmentLayerPlan[]>;
  /** As {@linkcode ExamineOptions} has it. */
  readonly prerequisites: Found<void>;
  readonly start: Found<StartChecks>;
}

/** A plan whose content is there. */
export interface ReadyPlan {
  readonly plan: Plan;
  /** Layers of the environment that nobody has packed. */
  readonly missing: readonly EnvironmentLayerPlan[];
}

/** Options of {@linkcode examine}. */
export interface ExamineOptions extends Session {
  readonly request: BuildRequest;
  /** How each step is shown. */
  readonly phase: RunPhase;
  /** Has its workers start as soon as it is known that there will be work for them. */
  readonly packer?: Packer;
  /** Checks what else a build needs. */
  readonly prerequisites?: (ready: ReadyPlan | undefined) => Promise<void>;
  /** Whether it can be known yet what the robot starts with. */
  readonly isComplete?: boolean;
}

/** Plans the image and checks that it can be made and will start. Reads, and writes nothing. */
export async function examine(inputs: PlanInputs, options: ExamineOptions): Promise<Examined> {
  const { request, phase, isComplete = true } = options;
  const plan = await asFound(planInputs(inputs, options));
  const content = "found" in plan
    ? await asFound(requireContent(plan.found, { ...options, inputs }))
    : NO_PLAN;
  const ready = "found" in plan && "found" in content
    ? { plan: plan.found, missing: content.found }
    : undefined;
  const prerequisites = await asFound(options.prerequisites?.(ready) ?? Promise.resolve());
  const start = "found" in plan && isComplete
    ? await asFound(phase(
      "Checking start",
      () => StartChecks.begin(plan.found, { ...options, inputs, start: request.image.start }),
    ))
    : NO_PLAN;
  return { plan, content, prerequisites, start };
}

const NO_PLAN = { notNeeded: "it is not known what the image will be" };

/** Plans the image. @throws {Failure} or {Failures} when it cannot be what was asked for. */
export async function planInputs(
  inputs: PlanInputs,
  { request, context, cache }: Pick<ExamineOptions, "request" | "context" | "cache">,
): Promise<Plan> {
  const { robot, listing, source, environment, published, rcc, base } = inputs;
  const { image, outputs } = request;
  const { runtime } = context;
  requireLoadable(base, outputs);
  if (published !== undefined) requireNoSbom(published.environment.name, outputs);
  const bytecode = await bytecodeFacts(inputs, {
    request: request.environment,
    host: context,
  });
  return planImage({
    options: image,
    robot,
    robotEntries: listing.entries,
    source,
    ...(environment === undefined ? {} : {
      environment,
      ...(published === undefined ? { owners: await ownersOf(environment, cache) } : {}),
      describe: (programs) => describeEnvironment(environment, { programs, base, published }),
    }),
    ...(published === undefined ? {} : { published: forBase(published, base) }),
    ...(bytecode === undefined ? {} : { bytecode }),
    rcc,
    base,
    runtime,
  });
}

/** The environment of an image on a base: the layer of facts is written anew for another one. */
export function forBase(
  { environment, facts }: FoundInImage,
  { digest }: Pick<Base, "digest">,
): PublishedEnvironment {
  if (facts.base?.digest === digest) return environment;
  const layers = environment.layers.filter(({ record }) => record.kind !== "facts");
  return { ...environment, layers };
}

/** Nothing of the files is here to be listed. */
function requireNoSbom(image: string, { sboms }: OutputRequest): void {
  if (sboms.length === 0) return;
  throw new Failure(
    "usage/option",
    `failed to use --sbom: the environment is taken from "${image}" as it is, and no library is ` +
      "here to list its files, build where the library is",
  );
}

/** A missing blob is found before anything is written; a layer that is in the cache needs none. */
async function requireContent(
  plan: Plan,
  { inputs: { environment, cacheImages }, request, cache, packer, phase }:
    & ExamineOptions
    & { readonly inputs: PlanInputs },
): Promise<readonly EnvironmentLayerPlan[]> {
  const layers = await layersToPack(plan, cacheImages, { request, cache });
  if (environment === undefined || layers.length === 0) return layers;
  packer?.start(layers.length);
  const contents = layers.flatMap((layer) => [...layer.contents()]);
  await phase("Finding content", () => environment.open(contents));
  return layers;
}
