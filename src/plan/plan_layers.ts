import { normalize } from "node:path/posix";
import type { Content } from "../packing/mod.ts";
import { spaceLayout } from "../holotree/mod.ts";
import { INIT_PROGRAM } from "../init/mod.ts";
import { digestOf } from "../oci/mod.ts";
import { planEnvironment } from "./environment_layers.ts";
import type { TarEntry } from "../tar/mod.ts";
import { layerKey } from "./layer_key.ts";
import type { EntriesLayerPlan, LayerPlan } from "./layer_plan.ts";
import { artifactsFolder, entryPath } from "./paths.ts";
import { maxLayersOn } from "./layer_limit.ts";
import { placeEntries, type PlaceOptions } from "./place.ts";
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
  const { environment, packages = [], options: { start, maxLayers, packing }, runtime } = facts;
  const { user, robocorpHome, place } = context;
  return [
    planRuntime(facts, context),
    ...(environment === undefined ? [] : planEnvironment({
      environment,
      installed: packages,
      place,
      maxLayers: maxLayersOn(facts.base, maxLayers),
      form: {
        start,
        owner: ownerOf(user, start),
        layout: spaceLayout(environment.catalog.path, { home: user.home, robocorpHome }),
        home: user.home,
      },
      keyOf: (parents, content) =>
        layerKey({ layer: "environment", packing, runtime, parents, content }),
    })),
    planRobot(facts, context),
  ];
}

function planRuntime(facts: PlanFacts, context: LayerContext): EntriesLayerPlan {
  const { options: { start, init }, base, rcc } = facts;
  const { user, robocorpHome, hiding, place: { own } } = context;
  const isScratch = base.layers.length === 0;
  const users = base.users;
  const entries = [
    ...own,
    ...hiding,
    ...runtimeEntries({ rcc, user, users, robocorpHome, isScratch, start, init }),
  ];
  const { passwdText, groupText } = users;
  const folders = [...new Set(entries.map(({ path }) => parentOf(path)))];
  const key = layerKey({
    layer: "runtime",
    packing: facts.options.packing,
    runtime: facts.runtime,
    parents: placeEntries(folders.map(asFolder), context.place).entries,
    content: {
      rcc: rcc.sha256,
      user,
      robocorpHome,
      isScratch,
      start,
      init: init ? digestOf(INIT_PROGRAM) : undefined,
      accounts: user.passwdLine === undefined ? undefined : { passwdText, groupText },
      hiding: hiding.map(({ path }) => path),
    },
  });
  return {
    name: "runtime",
    createdBy: "rcc-oci: rcc and its user",
    size: rcc.size,
    key,
    open: () => placeEntries(entries, context.place).entries,
  };
}

function planRobot(facts: PlanFacts, context: LayerContext): EntriesLayerPlan {
  const { user } = context;
  const { options: { start }, robot, robotEntries: files } = facts;
  return {
    name: "robot",
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
