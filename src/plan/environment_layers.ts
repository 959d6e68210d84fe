import {
  catalogDigests,
  type Environment,
  FOLDER,
  infoOf,
  type InstalledPackage,
  spaceFolders,
  type SpaceForm,
  spaceLayer,
  spacePartDigest,
  type SpacePlaces,
  spaceRecords,
} from "../holotree/mod.ts";
import { cutEnvironment, type EnvironmentCut, findOwners } from "../layers/mod.ts";
import type { Packing } from "../compression/mod.ts";
import { digestOf } from "../oci/mod.ts";
import type { TarDirectory } from "../tar/mod.ts";
import { layerKey, type LayerKeyFacts, layerRecipe } from "./layer_key.ts";
import type { EnvironmentLayerPlan } from "./layer_plan.ts";
import { placeEntries, type PlaceOptions, placePath } from "./place.ts";

/** What the layers of an environment are made of. */
export interface EnvironmentFacts {
  readonly environment: Environment;
  readonly installed: readonly InstalledPackage[];
  readonly form: SpaceForm;
  readonly place: PlaceOptions;
  readonly maxLayers: number;
  readonly packing: Packing;
  readonly runtime: LayerKeyFacts["runtime"];
}

/** The places of an environment in the image, and what its layers are made by. */
export interface EnvironmentPlaces extends SpacePlaces {
  /** Equal for layers that go together, whatever packed them. */
  readonly recipe: string;
}

export function environmentPlaces(
  { form, place, packing }: Pick<EnvironmentFacts, "form" | "place" | "packing">,
): EnvironmentPlaces {
  const { layout, start, owner, home } = form;
  const above = placeEntries(spaceFolders(form), place).entries as readonly TarDirectory[];
  const places = {
    above,
    folder: placePath(layout.folder, place),
    hololib: placePath(layout.hololib, place),
  };
  const content = { start, owner, layout, home, places: [places.folder, places.hololib] };
  return {
    ...places,
    recipe: layerRecipe({ layer: "environment", packing, parents: above, content }),
  };
}

/** Plans the layers of an environment: its packages', and one of records at the end. */
export function planEnvironment(facts: EnvironmentFacts): readonly EnvironmentLayerPlan[] {
  const { environment, installed, form, maxLayers } = facts;
  const { catalog } = environment;
  const places = environmentPlaces(facts);
  const owners = findOwners(catalog, installed);
  const cuts = cutEnvironment(catalog, owners, { maxLayers });
  return cuts.map((cut, at) =>
    planCut(cut, {
      ...facts,
      places,
      contents: at === 0 && form.start === "checked" ? linkedContents(environment) : [],
      isLast: at === cuts.length - 1,
    })
  );
}

interface CutFacts extends EnvironmentFacts {
  readonly places: EnvironmentPlaces;
  readonly contents: readonly number[];
  /** Whether the records of RCC itself are in it. */
  readonly isLast: boolean;
}

function planCut(
  cut: EnvironmentCut,
  { environment, form, places, packing, runtime, contents, isLast }: CutFacts,
): EnvironmentLayerPlan {
  const { kind, packages, nodes, size } = cut;
  const { catalog, catalogFile, infoFile } = environment;
  const records = isLast
    ? {
      catalog: digestOf(catalogFile),
      // As it will be in the layer: a hololib.zip has none.
      info: digestOf(infoFile ?? infoOf(catalog, catalog)),
    }
    : undefined;
  return {
    name: "environment",
    createdBy: `rcc-oci: environment ${catalog.blueprint}: ${titleOf(cut)}`,
    kind,
    packages,
    nodes,
    size: size + (isLast ? 4 * catalogFile.length : 0),
    key: layerKey({
      layer: "environment",
      packing,
      runtime,
      parents: [],
      content: {
        recipe: places.recipe,
        part: spacePartDigest(catalog, { nodes, contents }, form),
        records,
      },
    }),
    async open() {
      const source = await environment.open();
      const others = isLast ? await spaceRecords(source, places, form) : [];
      return spaceLayer(source, { nodes, contents, others }, { places, form });
    },
    async most() {
      const { blobs } = await environment.open();
      const { tree } = catalog;
      let bytes = isLast ? 4 * catalogFile.length : 0;
      const used = new Set(nodes.map((node) => tree.contents[node]!).filter((c) => c !== FOLDER));
      for (const content of used) {
        bytes += Math.ceil(blobs.sizeOf(content) * MOST_GROWTH) + HEADERS_OF_A_BLOB;
      }
      return bytes;
    },
  };
}

/** What packing anew may add to a blob that RCC has packed. */
const MOST_GROWTH = 1.15;
/** Headers of a file and its blob and of the folders above it, packed. */
const HEADERS_OF_A_BLOB = 512;

/** For people: what is in a layer. */
function titleOf({ kind, packages, part }: EnvironmentCut): string {
  if (kind === "packages") return packages.join(" ");
  if (kind !== "package") return kind;
  return part === undefined ? packages[0]! : `${packages[0]} ${part.number}/${part.of}`;
}

/** Contents that only symlinks lead to: RCC wants their blobs all the same. */
function linkedContents({ catalog }: Environment): readonly number[] {
  const { tree, contents } = catalog;
  const isRestored = new Uint8Array(contents.count);
  for (let node = 1; node < tree.names.count;) {
    const content = tree.contents[node]!;
    if (tree.symlinks.has(node)) node = tree.ends[node]!;
    else {
      if (content !== FOLDER) isRestored[content] = 1;
      node++;
    }
  }
  if (!isRestored.includes(0)) return [];
  return [...catalogDigests(catalog)].map(({ content }) => content)
    .filter((content) => isRestored[content] === 0);
}
