/**
 * What the image will be: its layers, how its containers start, its names. Pure: facts in, plan out,
 * nothing is read or written.
 */
import type { Base, Tree } from "../base/mod.ts";
import type { Content, Packing } from "../compression/mod.ts";
import { type Failure, throwFailures } from "../failure/mod.ts";
import {
  type Environment,
  sealedEntries,
  spaceEntries,
  type SpaceLayout,
  spaceLayout,
} from "../holotree/mod.ts";
import {
  type ContainerConfig,
  digestOf,
  formatReference,
  type History,
  type Reference,
  withDefaultTag,
} from "../oci/mod.ts";
import type { Robot, RobotEntry } from "../robot/mod.ts";
import { linkEqualFiles, type TarDirectory, type TarEntry } from "../tar/mod.ts";
import { containerConfig } from "./container_config.ts";
import { baseHistory } from "./history.ts";
import { formatTime, imageLabels } from "./labels.ts";
import { layerKey } from "./layer_key.ts";
import type { LayerName, LayerPlan } from "./layer_plan.ts";
import type { ImageOptions } from "./options.ts";
import { entryPath, FIXED_TIME, IMAGE_PATHS } from "./paths.ts";
import { placeEntries, type PlaceOptions } from "./place.ts";
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
  readonly environment?: Environment;
  readonly rcc: { readonly path: string; readonly size: number; readonly sha256: string };
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
  const context: LayerContext = {
    user,
    robocorpHome,
    place: {
      tree: base.tree,
      visitor: options.sealed ? undefined : user,
      own: ownFolders({ user, robocorpHome, sealed: options.sealed, tree: base.tree }),
    },
  };
  return {
    base,
    user,
    layers: planLayers(facts, context),
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
    opened: placeEntries(folders.map(asFolder), context.place).opened,
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
  readonly place: PlaceOptions;
}

function planLayers(facts: PlanFacts, context: LayerContext): readonly LayerPlan[] {
  const { environment } = facts;
  const layers = [planRuntime(facts, context), planRobot(facts, context)];
  if (environment === undefined) return layers;
  return layers.toSpliced(1, 0, planEnvironment(environment, facts, context));
}

function planRuntime(facts: PlanFacts, context: LayerContext): LayerPlan {
  const { options: { sealed }, base, rcc } = facts;
  const { user, robocorpHome, place: { own } } = context;
  const isScratch = base.layers.length === 0;
  const users = base.users;
  const entries = [
    ...own,
    ...runtimeEntries({ rcc, user, users, robocorpHome, isScratch, sealed }),
  ];
  const { passwdText, groupText } = users;
  return planLayer("runtime", "rcc and its user", {
    facts,
    context,
    entries: () => entries,
    keyContent: {
      rcc: rcc.sha256,
      user,
      robocorpHome,
      isScratch,
      sealed,
      accounts: user.passwdLine === undefined ? undefined : { passwdText, groupText },
    },
    folders: [...new Set(entries.map(({ path }) => parentOf(path)))],
  });
}

function planEnvironment(
  environment: Environment,
  facts: PlanFacts,
  context: LayerContext,
): LayerPlan {
  const { catalog, catalogFile, infoFile } = environment;
  const { sealed } = facts.options;
  const { user, robocorpHome } = context;
  const owner = ownerOf(user, sealed);
  const place = { home: user.home, robocorpHome };
  const layout = spaceLayout(catalog.path, place);
  return planLayer("environment", `environment ${catalog.blueprint}`, {
    facts,
    context,
    entries: async () => {
      const source = await environment.open();
      return sealed
        ? sealedEntries(source, place)
        : await spaceEntries(source, { ...place, owner });
    },
    keyContent: {
      catalog: digestOf(catalogFile),
      info: infoFile === undefined ? undefined : digestOf(infoFile),
      mode: environment.mode,
      layout,
      owner,
      sealed,
    },
    folders: [layout.holotree, layout.hololib].map(entryPath),
  });
}

function planRobot(facts: PlanFacts, context: LayerContext): LayerPlan {
  const { user } = context;
  const { options: { sealed }, robot } = facts;
  return planLayer("robot", `robot ${JSON.stringify(robot.name)}`, {
    facts,
    context,
    entries: () =>
      robotEntries(facts.robotEntries, {
        owner: ownerOf(user, sealed),
        artifactsOwner: { uid: user.uid, gid: user.gid },
        artifactsDir: robot.artifactsDir,
      }),
  });
}

interface LayerOptions {
  readonly facts: PlanFacts;
  readonly context: LayerContext;
  readonly entries: () => Iterable<TarEntry<Content>> | Promise<Iterable<TarEntry<Content>>>;
  /** With it the layer is kept in the cache: all that decides its bytes, but for the base. */
  readonly keyContent?: unknown;
  /** The folders whose parents the layer states from the base. */
  readonly folders?: readonly string[];
}

function planLayer(
  name: LayerName,
  createdBy: string,
  { facts: { options }, context: { place }, entries, keyContent, folders = [] }: LayerOptions,
): LayerPlan {
  const parents = placeEntries(folders.map(asFolder), place).entries;
  return {
    name,
    createdBy: `rcc-oci: ${createdBy}`,
    ...(keyContent === undefined ? {} : {
      key: layerKey({ layer: name, packing: options.packing, parents, content: keyContent }),
    }),
    async open() {
      return [...linkEqualFiles(placeEntries(await entries(), place).entries)];
    },
  };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/**
 * The folders of the robot's user, which every layer may have to state. Those that the user has in
 * the base stay as they are.
 */
function ownFolders(
  { user, robocorpHome, sealed, tree }: {
    readonly user: ImageUser;
    readonly robocorpHome: string;
    readonly sealed: boolean;
    readonly tree: Tree;
  },
): readonly TarDirectory[] {
  const owner = ownerOf(user, sealed);
  const paths = new Set([IMAGE_PATHS.robotHome, IMAGE_PATHS.app, user.home, robocorpHome]);
  return [...paths].map((path) => {
    const node = tree.get(tree.resolve(path));
    const isKept = !sealed && node?.type === "directory" && node.uid === user.uid;
    const { mode, mtime } = isKept ? node : { mode: 0o755, mtime: FIXED_TIME };
    const { uid, gid } = isKept ? node : owner;
    return { type: "directory", path: entryPath(path), owner: { uid, gid }, mode, mtime };
  });
}

/** A folder of which the place alone matters. */
function asFolder(path: string): TarEntry<Content> {
  const owner = { uid: 0, gid: 0 };
  return { type: "directory", path: entryPath(path), owner, mode: 0o755, mtime: 0 };
}
