/**
 * What the image will be: its layers, how its containers start, its names. Pure: facts in, plan out,
 * nothing is read or written.
 */
import type { Base } from "../base/mod.ts";
import type { Content, Packing } from "../compression/mod.ts";
import { type Failure, throwFailures } from "../failure/mod.ts";
import {
  sealedEntries,
  spaceEntries,
  type SpaceLayout,
  spaceLayout,
  type SpaceSource,
} from "../holotree/mod.ts";
import {
  type ContainerConfig,
  formatReference,
  type History,
  type Reference,
  withDefaultTag,
} from "../oci/mod.ts";
import type { Robot, RobotEntry } from "../robot/mod.ts";
import { linkEqualFiles, type TarEntry } from "../tar/mod.ts";
import { containerConfig } from "./container_config.ts";
import { baseHistory } from "./history.ts";
import { formatTime, imageLabels } from "./labels.ts";
import type { LayerName, LayerPlan } from "./layer_plan.ts";
import type { ImageOptions } from "./options.ts";
import { entryPath, IMAGE_PATHS } from "./paths.ts";
import { placeEntries, type Visitor } from "./place.ts";
import { robotEntries } from "./robot_layer.ts";
import { ownerOf, runtimeEntries } from "./runtime_layer.ts";
import { defaultTag } from "./tags.ts";
import { chooseUser, type ImageUser } from "./user.ts";
import { volumeFailures } from "./volumes.ts";

/** Everything that a plan is made of. */
export interface PlanFacts {
  readonly options: ImageOptions;
  readonly robot: Robot;
  /** What of the robot's folder goes into the image. */
  readonly robotEntries: readonly RobotEntry[];
  /** Where the robot's code is from, when git says. */
  readonly source?: { readonly url?: string; readonly revision?: string };
  /** None for a shell robot. */
  readonly environment?: SpaceSource;
  readonly rcc: { readonly path: string; readonly size: number };
  readonly base: Base;
}

/** What the image will be. */
export interface Plan {
  readonly base: Base;
  readonly user: ImageUser;
  /** Least changing first, the base's own layers not among them. */
  readonly layers: readonly LayerPlan[];
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
}

/**
 * Decides what the image will be.
 *
 * @throws {Failure} or {Failures} when the base and the image cannot be one.
 */
export function planImage(facts: PlanFacts): Plan {
  const { options, robot, base, environment } = facts;
  const user = chooseUser(base.users, options.user);
  const robocorpHome = robocorpHomeOf(facts);
  const space = environment === undefined
    ? undefined
    : spaceLayout(environment.catalog.path, { home: user.home, robocorpHome });
  const folders = [
    IMAGE_PATHS.app,
    user.home,
    robocorpHome,
    ...(space === undefined ? [] : [space.folder, space.hololib]),
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
  const visitor = options.sealed ? undefined : user;
  return {
    base,
    user,
    layers: planLayers(facts, { user, robocorpHome, visitor }),
    packing: options.packing,
    config: containerConfig({
      base: base.config.config ?? {},
      user,
      robotFile: robot.fileName,
      ...(robot.chosenTask === undefined ? {} : { task: robot.chosenTask.name }),
      robocorpHome,
      sealed: options.sealed,
      env: options.env,
      labels,
    }),
    created: options.created,
    baseHistory: baseHistory(base.config.history ?? [], base.layers.length),
    tags,
    ...(space === undefined ? {} : { space }),
    artifactsPath: `${IMAGE_PATHS.app}/${robot.artifactsDir}`,
    opened: openedFolders(folders, { base, visitor }),
  };
}

/** The names of the image as people write them. */
export function planNames({ tags }: Plan): readonly string[] {
  return tags.map(formatReference);
}

/** A sealed rcc looks for its spaces in ROBOCORP_HOME alone, and the catalog says where they must be. */
function robocorpHomeOf({ options, environment }: PlanFacts): string {
  if (!options.sealed || environment === undefined) return IMAGE_PATHS.robocorpHome;
  const layout = spaceLayout(environment.catalog.path, { home: "", robocorpHome: "" });
  if (layout.shared || !layout.holotree.endsWith("/holotree")) return IMAGE_PATHS.robocorpHome;
  return layout.holotree.slice(0, -"/holotree".length) || "/";
}

interface LayerContext {
  readonly user: ImageUser;
  readonly robocorpHome: string;
  readonly visitor: Visitor | undefined;
}

function planLayers(facts: PlanFacts, context: LayerContext): readonly LayerPlan[] {
  const { options: { sealed }, robot, base, environment, rcc } = facts;
  const { user, robocorpHome, visitor } = context;
  const owner = ownerOf(user, sealed);

  function layer(
    name: LayerName,
    createdBy: string,
    entries: () => Iterable<TarEntry<Content>> | Promise<Iterable<TarEntry<Content>>>,
  ): LayerPlan {
    return {
      name,
      createdBy: `rcc-oci: ${createdBy}`,
      async open() {
        const placed = placeEntries(await entries(), { tree: base.tree, visitor });
        return [...linkEqualFiles(placed.entries)];
      },
    };
  }

  const runtime = layer("runtime", "rcc and its user", () =>
    runtimeEntries({
      rcc,
      user,
      users: base.users,
      robocorpHome,
      isScratch: base.layers.length === 0,
      sealed,
    }));
  const code = layer(
    "robot",
    `robot ${JSON.stringify(robot.name)}`,
    () =>
      robotEntries(facts.robotEntries, {
        owner,
        artifactsOwner: { uid: user.uid, gid: user.gid },
        artifactsDir: robot.artifactsDir,
      }),
  );
  if (environment === undefined) return [runtime, code];
  const place = { home: user.home, robocorpHome };
  const space = layer(
    "environment",
    `environment ${environment.catalog.blueprint}`,
    () =>
      sealed ? sealedEntries(environment, place) : spaceEntries(environment, { ...place, owner }),
  );
  return [runtime, space, code];
}

function openedFolders(
  folders: readonly string[],
  { base, visitor }: { readonly base: Base; readonly visitor: Visitor | undefined },
): readonly string[] {
  const entries = folders.map((path): TarEntry<Content> => ({
    type: "directory",
    path: entryPath(path),
    owner: { uid: 0, gid: 0 },
    mode: 0o755,
    mtime: 0,
  }));
  return placeEntries(entries, { tree: base.tree, visitor }).opened;
}
