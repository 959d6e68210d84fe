import type { Content } from "../compression/mod.ts";
import { type Environment, sealedEntries, spaceEntries, spaceLayout } from "../holotree/mod.ts";
import { digestOf } from "../oci/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { layerKey } from "./layer_key.ts";
import type { LayerName, LayerPlan, OpenLayerOptions } from "./layer_plan.ts";
import { entryPath } from "./paths.ts";
import { placeEntries, placeInOrder, type PlaceOptions } from "./place.ts";
import type { PlanFacts } from "./plan.ts";
import { robotEntries } from "./robot_layer.ts";
import { ownerOf, runtimeEntries } from "./runtime_layer.ts";
import type { ImageUser } from "./user.ts";

/** What all layers have in common. */
export interface LayerContext {
  readonly user: ImageUser;
  readonly robocorpHome: string;
  /** What hides things of the base. */
  readonly hiding: readonly TarEntry<Content>[];
  readonly place: PlaceOptions;
}

/** The layers above the base, least changing first. A shell robot has no environment's. */
export function planLayers(facts: PlanFacts, context: LayerContext): readonly LayerPlan[] {
  const { environment } = facts;
  const layers = [planRuntime(facts, context), planRobot(facts, context)];
  if (environment === undefined) return layers;
  return layers.toSpliced(1, 0, planEnvironment(environment, facts, context));
}

function planRuntime(facts: PlanFacts, context: LayerContext): LayerPlan {
  const { options: { sealed }, base, rcc } = facts;
  const { user, robocorpHome, hiding, place: { own } } = context;
  const isScratch = base.layers.length === 0;
  const users = base.users;
  const entries = [
    ...own,
    ...hiding,
    ...runtimeEntries({ rcc, user, users, robocorpHome, isScratch, sealed }),
  ];
  const { passwdText, groupText } = users;
  return planLayer("runtime", "rcc and its user", {
    facts,
    context,
    entries: () => placeEntries(entries, context.place).entries,
    keyContent: {
      rcc: rcc.sha256,
      user,
      robocorpHome,
      isScratch,
      sealed,
      accounts: user.passwdLine === undefined ? undefined : { passwdText, groupText },
      hiding: hiding.map(({ path }) => path),
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
    entries: async (options) => {
      const source = await environment.open(options);
      const entries = sealed
        ? sealedEntries(source, place)
        : await spaceEntries(source, { ...place, owner });
      return placeInOrder(entries, context.place);
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
    most: () => mostBytes(environment),
  });
}

/** What packing anew may add to a blob that RCC has packed. */
const MOST_GROWTH = 1.15;
/** Headers of a file and its blob and of the folders above it, packed. */
const HEADERS_OF_A_BLOB = 512;

async function mostBytes(environment: Environment): Promise<number> {
  const { blobs, catalogFile } = await environment.open();
  let bytes = 4 * catalogFile.length;
  for (const size of blobs.sizes()) {
    bytes += Math.ceil(size * MOST_GROWTH) + HEADERS_OF_A_BLOB;
  }
  return bytes;
}

function planRobot(facts: PlanFacts, context: LayerContext): LayerPlan {
  const { user } = context;
  const { options: { sealed }, robot } = facts;
  return planLayer("robot", `robot ${JSON.stringify(robot.name)}`, {
    facts,
    context,
    entries: () =>
      placeEntries(
        robotEntries(facts.robotEntries, {
          owner: ownerOf(user, sealed),
          artifactsOwner: { uid: user.uid, gid: user.gid },
          artifactsMode: sealed ? 0o777 : 0o755,
          artifactsDir: robot.artifactsDir,
        }),
        context.place,
      ).entries,
  });
}

interface LayerOptions {
  readonly facts: PlanFacts;
  readonly context: LayerContext;
  /** At their places, in the order of the tar. */
  readonly entries: (
    options: OpenLayerOptions,
  ) => Iterable<TarEntry<Content>> | Promise<Iterable<TarEntry<Content>>>;
  /** With it the layer is kept in the cache: all that decides its bytes, but for the base. */
  readonly keyContent?: unknown;
  /** The folders whose parents the layer states from the base. */
  readonly folders?: readonly string[];
  readonly most?: () => Promise<number>;
}

function planLayer(
  name: LayerName,
  createdBy: string,
  { facts: { options, runtime }, context: { place }, entries, keyContent, folders = [], most }:
    LayerOptions,
): LayerPlan {
  const parents = placeEntries(folders.map(asFolder), place).entries;
  return {
    name,
    createdBy: `rcc-oci: ${createdBy}`,
    ...(keyContent === undefined ? {} : {
      key: layerKey({
        layer: name,
        packing: options.packing,
        runtime,
        parents,
        content: keyContent,
      }),
    }),
    ...(most === undefined ? {} : { most }),
    open: async (options = {}) => await entries(options),
  };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** A folder of which the place alone matters. */
export function asFolder(path: string): TarEntry<Content> {
  const owner = { uid: 0, gid: 0 };
  return { type: "directory", path: entryPath(path), owner, mode: 0o755, mtime: 0 };
}
