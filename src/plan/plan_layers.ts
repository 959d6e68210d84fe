import { normalize } from "node:path/posix";
import { Failure } from "../failure/mod.ts";
import { type Environment, type SpaceForm, spaceLayout } from "../holotree/mod.ts";
import { INIT_PROGRAM } from "../init/mod.ts";
import { digestOf } from "../oci/mod.ts";
import { bytesContent, type Content } from "../packing/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { environmentPlaces, planEnvironment } from "./environment_layers.ts";
import { layerKey, layerRecipe } from "./layer_key.ts";
import { maxLayersOn } from "./layer_limit.ts";
import type { EntriesLayerPlan, LayerName, LayerPlan, TakenLayerPlan } from "./layer_plan.ts";
import { artifactsFolder, entryPath, FIXED_TIME, IMAGE_PATHS } from "./paths.ts";
import { placeEntries, type PlaceOptions } from "./place.ts";
import type { PlanFacts } from "./plan.ts";
import type { EnvironmentLabel, PublishedEnvironment, PublishedLayer } from "./published.ts";
import { robotEntries } from "./robot_layer.ts";
import { ownerOf, runtimeEntries } from "./runtime_layer.ts";
import type { ImageUser } from "./user.ts";

/** What all layers have in common. */
export interface LayerContext {
  readonly user: ImageUser;
  readonly robocorpHome: string;
  /** Whiteouts of what the base has there. */
  readonly whiteouts: readonly TarEntry<Content>[];
  readonly place: PlaceOptions;
}

/** The layers of an image above its base, and what it says of them to others. */
export interface PlannedLayers {
  /** Least changing first. A shell robot has none of an environment. */
  readonly layers: readonly LayerPlan[];
  /** None for a shell robot. */
  readonly label?: EnvironmentLabel;
}

/** @throws {Failure} when a published environment does not fit. */
export function planLayers(facts: PlanFacts, context: LayerContext): PlannedLayers {
  const { environment, published } = facts;
  const runtime = planRuntime(facts, context);
  if (environment === undefined) {
    return { layers: [runtime.plan, planRobot(facts, context)] };
  }
  const form = formOf(environment, facts, context);
  const { packing } = facts.options;
  const places = environmentPlaces({
    ...{ form, packing },
    place: context.place,
    bytecode: facts.bytecode,
  });
  const label: EnvironmentLabel = {
    version: 1,
    blueprint: environment.catalog.blueprint,
    path: environment.catalog.path,
    rcc: { sha256: facts.rcc.sha256, size: facts.rcc.size },
    recipes: { environment: (places.withBytecode ?? places).recipe, runtime: runtime.recipe },
  };
  const layers = published === undefined
    ? planOwn(environment, { facts, context, form })
    : published.layers.map((layer) => takenLayer("environment", layer));
  const own = layers.some(({ kind }) => kind === "facts")
    ? layers
    : [...layers, ...planFacts(layers, environment, { facts, context })];
  if (published !== undefined) requireFitting(published, label, facts);
  const first = published !== undefined && facts.rcc.path === undefined
    ? takenLayer("runtime", published.runtime)
    : runtime.plan;
  return { layers: [first, ...own, planRobot(facts, context)], label };
}

function formOf(
  environment: Environment,
  { options: { start } }: PlanFacts,
  { user, robocorpHome }: LayerContext,
): SpaceForm {
  return {
    start,
    owner: ownerOf(user, start),
    layout: spaceLayout(environment.catalog.path, { home: user.home, robocorpHome }),
    home: user.home,
  };
}

/** The layers of an environment whose library is here. */
function planOwn(
  environment: Environment,
  { facts, context, form }: {
    readonly facts: PlanFacts;
    readonly context: LayerContext;
    readonly form: SpaceForm;
  },
): readonly LayerPlan[] {
  const { owners, options: { maxLayers, packing }, runtime, base, bytecode } = facts;
  return planEnvironment({
    ...{ environment, owners, form, packing, runtime, bytecode },
    place: context.place,
    maxLayers: maxLayersOn(base, maxLayers),
  });
}

/** The layer of facts, where somebody knows them. */
function planFacts(
  layers: readonly LayerPlan[],
  environment: Environment,
  { facts, context: { place } }: { readonly facts: PlanFacts; readonly context: LayerContext },
): readonly LayerPlan[] {
  const { options: { packing }, runtime, base, describe } = facts;
  if (describe === undefined) return [];
  const path = entryPath(IMAGE_PATHS.facts);
  const entriesOf = (bytes: Uint8Array) =>
    placeEntries([{
      type: "file",
      path,
      owner: { uid: 0, gid: 0 },
      mode: 0o644,
      mtime: FIXED_TIME,
      content: bytesContent(bytes),
    }], place).entries;
  const folder = asFolder(IMAGE_PATHS.facts.slice(0, IMAGE_PATHS.facts.lastIndexOf("/")));
  return [{
    name: "environment",
    kind: "facts",
    packages: [],
    createdBy: `rcc-oci: environment ${environment.catalog.blueprint}: facts`,
    // A part of the catalog, and what matters of the base.
    size: environment.catalogFile.length,
    key: layerKey({
      layer: "facts",
      packing,
      runtime,
      parents: placeEntries([folder], place).entries,
      content: { layers: layers.map(({ key }) => key), base: base.digest },
    }),
    open: async (programs) => entriesOf(await describe(programs)),
  }];
}

function takenLayer(name: LayerName, published: PublishedLayer): TakenLayerPlan {
  const { record, createdBy, descriptor: { size } } = published;
  return { name, ...record, createdBy, size, published };
}

/** @throws {Failure} naming what differs. */
function requireFitting(
  { name, label, layers }: PublishedEnvironment,
  wanted: EnvironmentLabel,
  { rcc, base, options: { maxLayers } }: PlanFacts,
): void {
  const count = layers.length - 1; // Facts are no part of it.
  const most = maxLayersOn(base, maxLayers);
  const { recipes } = label;
  const differs = recipes.environment !== wanted.recipes.environment
    ? "its environment was made for another user, base, start mode, bytecode or compression, or by " +
      "another version of this program"
    : rcc.path === undefined && recipes.runtime !== wanted.recipes.runtime
    ? "its rcc was added for another user or base, and no rcc is here: name one with --rcc-exec"
    : count > most
    ? `its environment has ${count} layers, and here it may have ${most}`
    : undefined;
  if (differs === undefined) return;
  throw new Failure(
    "environment/cache-image",
    `failed to take the environment from "${name}": ${differs}; ` +
      "or build once where the environment's library is",
  );
}

interface PlannedRuntime {
  readonly plan: EntriesLayerPlan;
  readonly recipe: string;
}

function planRuntime(facts: PlanFacts, context: LayerContext): PlannedRuntime {
  const { options: { start, init, packing }, base, rcc } = facts;
  const { user, robocorpHome, whiteouts, place: { own } } = context;
  const isScratch = base.layers.length === 0;
  const users = base.users;
  const entries = [
    ...own,
    ...whiteouts,
    ...runtimeEntries({
      ...{ user, users, robocorpHome, isScratch, start, init },
      rcc: { path: rcc.path ?? "", size: rcc.size },
    }),
  ];
  const { passwdText, groupText } = users;
  const folders = [...new Set(entries.map(({ path }) => parentOf(path)))];
  const recipe = {
    layer: "runtime",
    packing,
    parents: placeEntries(folders.map(asFolder), context.place).entries,
    content: {
      rcc: rcc.sha256,
      user,
      robocorpHome,
      isScratch,
      start,
      init: init ? digestOf(INIT_PROGRAM) : undefined,
      accounts: user.passwdLine === undefined ? undefined : { passwdText, groupText },
      hiding: whiteouts.map(({ path }) => path),
    },
  };
  return {
    recipe: layerRecipe(recipe),
    plan: {
      name: "runtime",
      kind: "runtime",
      packages: [],
      createdBy: "rcc-oci: rcc and its user",
      size: rcc.size,
      key: layerKey({ ...recipe, runtime: facts.runtime }),
      open: () => placeEntries(entries, context.place).entries,
    },
  };
}

function planRobot(facts: PlanFacts, context: LayerContext): EntriesLayerPlan {
  const { user } = context;
  const { options: { start }, robot, robotEntries: files } = facts;
  return {
    name: "robot",
    kind: "robot",
    packages: [],
    createdBy: `rcc-oci: robot ${JSON.stringify(robot.name)}`,
    size: files.reduce((sum, file) => sum + (file.type === "file" ? file.size : 0), 0),
    open: () =>
      placeEntries(
        robotEntries(files, {
          owner: ownerOf(user, start),
          artifactsOwner: { uid: user.uid, gid: user.gid },
          artifactsMode: start === "checked" ? 0o755 : 0o777,
          artifacts: artifactsOf(robot, context.place.tree),
        }),
        context.place,
      ).entries,
  };
}

/**
 * Robot Framework also writes into the folder that an absolute artifactsDir names. One that the base
 * has stays as it is, and so does /tmp, which an image on `scratch` gets.
 */
function artifactsOf(robot: PlanFacts["robot"], tree: PlaceOptions["tree"]): readonly string[] {
  const { outputDir } = robot;
  const own = artifactsFolder(robot);
  if (outputDir === undefined || tree.find(outputDir) !== undefined) return [own];
  const written = normalize(`${outputDir}/`).slice(0, -1);
  return ["", "/tmp", own].includes(written) ? [own] : [own, written];
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** A folder of which the place alone matters. */
export function asFolder(path: string): TarEntry<Content> {
  const owner = { uid: 0, gid: 0 };
  return { type: "directory", path: entryPath(path), owner, mode: 0o755, mtime: 0 };
}
