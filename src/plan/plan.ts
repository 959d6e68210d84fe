/**
 * What the image will be: its layers, how its containers start, its names. Pure: facts in, plan out,
 * nothing is read or written.
 */
import type { Base } from "../base/mod.ts";
import type { Packing } from "../compression/mod.ts";
import { type Failure, throwFailures } from "../failure/mod.ts";
import { type Environment, type SpaceLayout, spaceLayout, specialFiles } from "../holotree/mod.ts";
import {
  type ContainerConfig,
  formatReference,
  type History,
  type Reference,
  withDefaultTag,
} from "../oci/mod.ts";
import type { FoundProgram } from "../packing/mod.ts";
import type { Robot, RobotEntry } from "../robot/mod.ts";
import type { Owners } from "../layers/mod.ts";
import type { BytecodeFacts } from "./bytecode.ts";
import { containerConfig } from "./container_config.ts";
import { imageLabels, OWN_LABELS } from "./labels.ts";
import { requireFewLayers } from "./layer_limit.ts";
import type { LayerPlan } from "./layer_plan.ts";
import type { ImageOptions } from "./options.ts";
import { ownFolders } from "./own_folders.ts";
import { artifactsFolder, IMAGE_PATHS, robotFolder } from "./paths.ts";
import { placeEntries } from "./place.ts";
import { asFolder, type LayerContext, planLayers } from "./plan_layers.ts";
import type { EnvironmentLabel, PublishedEnvironment } from "./published.ts";
import { imageRobocorpHome } from "./robocorp_home.ts";
import { defaultTag } from "./tags.ts";
import { chooseUser, type ImageUser } from "./user.ts";
import { volumeFailures } from "./volumes.ts";
import { whiteoutEntries } from "./whiteouts.ts";

/** Everything that a plan is made of. */
export interface PlanFacts {
  readonly options: ImageOptions;
  readonly robot: Robot;
  /** What of the robot's folder goes into the image. */
  readonly robotEntries: readonly RobotEntry[];
  /** Where the robot's code is from, when git says. */
  readonly source?: { readonly url?: string; readonly revision?: string };
  /** None for a shell robot. */
  readonly environment?: Environment;
  /** An image that has it, when its library is not here. */
  readonly published?: PublishedEnvironment;
  /** Makes the text of the layer of facts, when all programs of the environment are known. */
  readonly describe?: (programs: readonly FoundProgram[]) => Promise<Uint8Array>;
  /** Who owns its files; nobody where it is not given. */
  readonly owners?: Owners;
  /** What is compiled beforehand; nothing where it is not given. */
  readonly bytecode?: BytecodeFacts;
  /** Without a path, it is that of the published environment. */
  readonly rcc: {
    readonly path?: string;
    readonly size: number;
    readonly sha256: string;
  };
  readonly base: Base;
  /** Versions of what packs: zlib, zstd, the runtime. */
  readonly runtime: Readonly<Record<string, string | undefined>>;
}

/** What the image will be. */
export interface Plan {
  readonly base: Base;
  readonly user: ImageUser;
  /** Least changing first, the base's own layers not among them. */
  readonly layers: readonly LayerPlan[];
  /** What the image says of its environment to those who have no library. */
  readonly label?: EnvironmentLabel;
  readonly packing: Packing;
  readonly config: ContainerConfig;
  readonly created: Date;
  /** Of the base's layers; each of ours adds its own. */
  readonly baseHistory: readonly History[];
  /** At least one, each with a tag. */
  readonly tags: readonly Reference[];
  /** Where the environment will stand; none for a shell robot. */
  readonly space?: SpaceLayout;
  /** Where the artifacts will be in a container. */
  readonly artifactsPath: string;
  /** Folders of the base that get search permission for the user. */
  readonly opened: readonly string[];
  /** Files of the environment that lose setuid, setgid or sticky bits, relative to it. */
  readonly plain: readonly string[];
}

/**
 * Decides what the image will be.
 *
 * @throws {Failure} or {Failures} when the base and the image cannot be one.
 */
export function planImage(facts: PlanFacts): Plan {
  const { options, robot, base, environment } = facts;
  const user = chooseUser(base.users, options.user);
  const robocorpHome = imageRobocorpHome({
    start: options.start,
    catalogPath: environment?.catalog.path,
  });
  const space = environment === undefined
    ? undefined
    : spaceLayout(environment.catalog.path, { home: user.home, robocorpHome });
  const folders = [
    IMAGE_PATHS.app,
    user.home,
    robocorpHome,
    ...(space === undefined ? [] : [space.folder, space.hololib]),
    ...(facts.bytecode === undefined ? [] : [IMAGE_PATHS.bytecode]),
  ];
  const failures: Failure[] = [
    ...volumeFailures(base.config.config?.Volumes, { folders, tree: base.tree }),
  ];
  throwFailures(failures);
  const tags = (options.tags.length > 0 ? options.tags : [defaultTag(robot.name, options.created)])
    .map(withDefaultTag);
  const labels = imageLabels({
    title: robot.name,
    version: tags[0]!.tag ?? tags[0]!.digest!,
    created: options.created,
    base: {
      name: base.referenceName,
      ...(base.digest === undefined ? {} : { digest: base.digest }),
    },
    ...(facts.source === undefined ? {} : { source: facts.source }),
    ...(environment === undefined ? {} : {
      environment: { hash: environment.catalog.blueprint, rcc: environment.catalog.rcc },
    }),
  }, { base: base.config.config?.Labels ?? {}, asked: options.labels });
  const context: LayerContext = {
    user,
    robocorpHome,
    whiteouts: whiteoutEntries({
      tree: base.tree,
      home: user.home,
      robocorpHome,
      space,
      isOurs: OWN_LABELS.catalog in (base.config.config?.Labels ?? {}),
    }),
    place: {
      tree: base.tree,
      runtimeUser: options.start === "sealed" ? undefined : user,
      own: ownFolders({ user, robocorpHome, start: options.start, tree: base.tree }),
    },
  };
  const { layers, label } = planLayers(facts, context);
  requireFewLayers(base, layers.length);
  return {
    base,
    user,
    layers,
    ...(label === undefined ? {} : { label }),
    packing: options.packing,
    config: containerConfig({
      base: base.config.config ?? {},
      user,
      robotFolder: robotFolder(robot),
      robotFile: robot.fileName,
      ...(robot.chosenTask === undefined ? {} : { task: robot.chosenTask.name }),
      robocorpHome,
      start: options.start,
      init: options.init,
      bytecode: facts.bytecode !== undefined,
      env: options.env,
      labels,
    }),
    created: options.created,
    baseHistory: baseHistory(base.config.history ?? [], base.layers.length),
    tags,
    ...(space === undefined ? {} : { space }),
    artifactsPath: artifactsFolder(robot),
    opened: placeEntries(folders.map(asFolder), context.place).opened,
    plain: environment !== undefined && (options.start === "sealed" || user.uid === 0)
      ? specialFiles(environment.catalog)
      : [],
  };
}

/** The names of the image as people write them. */
export function planNames({ tags }: Plan): readonly string[] {
  return tags.map(formatReference);
}

/**
 * The base's history with an entry for each of its layers: some bases have fewer, and readers that
 * count them refuse such an image.
 */
export function baseHistory(history: readonly History[], layerCount: number): readonly History[] {
  const counted = history.filter((step) => step.empty_layer !== true).length;
  if (counted > layerCount) return unknownSteps(layerCount);
  return [...history, ...unknownSteps(layerCount - counted)];
}

function unknownSteps(count: number): readonly History[] {
  return Array.from({ length: count }, () => ({ created_by: "a layer of the base image" }));
}
