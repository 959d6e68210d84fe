import type { ContainerConfig } from "../oci/mod.ts";
import { planNames } from "../plan/mod.ts";
import type { PlannedImage } from "./dry_run.ts";
import type { RobotInput } from "./find_inputs.ts";
import type { NamedOutput } from "./outputs.ts";
import type { Transfer } from "./transfers.ts";

/** What a build would make, for programs: `build --plan --json`. Sizes are in bytes. */
export interface OCIBuildPlan {
  readonly robotYaml: string;
  readonly robotDir: string;
  readonly baseImage: string;
  readonly tags: readonly string[];
  /** The environment's folder in the image; none without one, or while nobody has built it. */
  readonly holotreeSpace: string | null;
  /** The file, or the address that it would be downloaded from. */
  readonly rccBinary: string;
  /** The image archive; none without one. */
  readonly tarballPath: string | null;
  /** Whether no more than a Dockerfile is made: never by `build`. */
  readonly generateOnly: boolean;
  readonly base: PlannedBase;
  readonly environment: PlannedEnvironment | null;
  /** Lowest first, the base's among them. */
  readonly layers: readonly PlannedLayer[];
  /** Of the layers above: those that are not known are not in it. */
  readonly estimatedSize: number;
  readonly config: ContainerConfig;
  readonly outputs: readonly PlannedOutput[];
  readonly downloads: readonly Transfer[];
  readonly uploads: readonly Transfer[];
}

export interface PlannedBase {
  readonly name: string;
  /** Of its manifest, where it has one. */
  readonly digest?: string;
  /** Whether it is known what is in it: else some of the plan may still change. */
  readonly isRead: boolean;
}

export interface PlannedEnvironment {
  /** The hash, and where it is; none while nobody has built it. */
  readonly catalog?: string;
  readonly library?: string;
  /** Why rcc would build it. */
  readonly toResolve?: string;
}

export interface PlannedLayer {
  readonly name: "base" | "runtime" | "environment" | "robot";
  readonly createdBy: string;
  /** Estimated where there is no digest yet; none of an environment that nobody has built. */
  readonly size?: number;
  readonly digest?: string;
  readonly isCached: boolean;
}

export interface PlannedOutput {
  readonly kind: NamedOutput["kind"];
  readonly where: string;
}

/** Facts of {@linkcode ociBuildPlan}. */
export interface BuildPlanFacts extends PlannedImage {
  readonly robot: RobotInput;
  readonly outputs: readonly NamedOutput[];
  readonly baseLayers: readonly PlannedLayer[];
  readonly downloads: readonly Transfer[];
  readonly uploads: readonly Transfer[];
}

export function ociBuildPlan(facts: BuildPlanFacts): OCIBuildPlan {
  const { robot: { robot }, plan, base, rcc, outputs } = facts;
  const layers = [...facts.baseLayers, ...ownLayers(facts)];
  return {
    robotYaml: robot.file,
    robotDir: robot.directory,
    baseImage: base.referenceName,
    tags: planNames(plan),
    holotreeSpace: plan.space?.folder ?? null,
    rccBinary: rcc.origin === "download"
      ? rcc.url
      : rcc.origin === "published"
      ? rcc.image
      : rcc.path,
    tarballPath: outputs.find(({ kind }) => kind === "archive")?.where ?? null,
    generateOnly: false,
    base: {
      name: base.referenceName,
      ...(base.digest === undefined ? {} : { digest: base.digest }),
      isRead: base.isRead,
    },
    environment: plannedEnvironment(facts),
    layers,
    estimatedSize: layers.reduce((sum, { size = 0 }) => sum + size, 0),
    config: plan.config,
    outputs: outputs.map(({ kind, where }) => ({ kind, where })),
    downloads: facts.downloads,
    uploads: facts.uploads,
  };
}

function plannedEnvironment({ environment: input }: PlannedImage): PlannedEnvironment | null {
  const { environment, toResolve } = input;
  if (toResolve !== undefined) return { toResolve: toResolve.why };
  if (environment === undefined) return null;
  return { catalog: environment.catalog.blueprint, library: environment.library.path };
}

/** With the one that rcc would build first. */
function ownLayers({ plan, sizes, environment }: PlannedImage): readonly PlannedLayer[] {
  const layers = plan.layers.map(({ name, createdBy }, i): PlannedLayer => {
    const { bytes, digest } = sizes[i]!;
    return {
      name,
      createdBy,
      size: bytes,
      ...(digest === undefined ? {} : { digest }),
      isCached: digest !== undefined,
    };
  });
  if (environment.toResolve === undefined) return layers;
  return layers.toSpliced(1, 0, {
    name: "environment",
    createdBy: "rcc-oci: environment",
    isCached: false,
  });
}
