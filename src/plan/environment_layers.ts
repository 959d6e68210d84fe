import type { BytecodeOrder } from "../bytecode/mod.ts";
import {
  catalogDigests,
  type Environment,
  FOLDER,
  infoOf,
  META_GZIP_LEVEL,
  spaceFolders,
  type SpaceForm,
  spaceLayer,
  spacePartDigest,
  type SpacePlaces,
  spaceRecords,
} from "../holotree/mod.ts";
import { cutEnvironment, type EnvironmentCut, findOwners, type Owners } from "../layers/mod.ts";
import type { Packing } from "../compression/mod.ts";
import { digestOf } from "../oci/mod.ts";
import type { TarDirectory } from "../tar/mod.ts";
import {
  BYTECODE_SIZE,
  type BytecodeFacts,
  bytecodeKey,
  findSources,
  mostBytecode,
} from "./bytecode.ts";
import { layerKey, type LayerKeyFacts, layerRecipe } from "./layer_key.ts";
import type { EnvironmentLayerPlan } from "./layer_plan.ts";
import { entryPath, FIXED_TIME, IMAGE_PATHS } from "./paths.ts";
import { placeEntries, type PlaceOptions, placePath } from "./place.ts";

/** What the layers of an environment are made of. */
export interface EnvironmentLayersFacts {
  readonly environment: Environment;
  readonly owners?: Owners | undefined;
  readonly form: SpaceForm;
  readonly place: PlaceOptions;
  readonly maxLayers: number;
  readonly packing: Packing;
  readonly runtime: LayerKeyFacts["runtime"];
  /** What is to be compiled beforehand. */
  readonly bytecode?: BytecodeFacts | undefined;
}

/** The places of an environment in the image, and what its layers are made by. */
export interface EnvironmentPlaces extends SpacePlaces {
  /** Equal for layers that go together, whatever packed them. */
  readonly recipe: string;
  /** The same of layers that have bytecode. */
  readonly withBytecode?: Pick<EnvironmentPlaces, "above" | "recipe">;
}

export function environmentPlaces(
  { form, place, packing, bytecode }: Pick<
    EnvironmentLayersFacts,
    "form" | "place" | "packing" | "bytecode"
  >,
): EnvironmentPlaces {
  const { layout, start, owner, home } = form;
  const folder = placePath(layout.folder, place);
  const hololib = placePath(layout.hololib, place);
  const content = { start, owner, layout, home, places: [folder, hololib] };
  const madeBy = (folders: readonly TarDirectory[], more = {}) => {
    const above = placeFolders(folders, place);
    const facts = { layer: "environment", packing, parents: above };
    return { above, recipe: layerRecipe({ ...facts, content: { ...content, ...more } }) };
  };
  const folders = spaceFolders(form);
  return {
    ...{ folder, hololib },
    ...madeBy(folders),
    ...(bytecode === undefined ? {} : {
      withBytecode: madeBy([...folders, BYTECODE_FOLDER], {
        bytecode: bytecode.used === undefined ? "all" : "used",
      }),
    }),
  };
}

/** Plans the layers of an environment: its packages', and one of records at the end. */
export function planEnvironment(facts: EnvironmentLayersFacts): readonly EnvironmentLayerPlan[] {
  const { environment, maxLayers } = facts;
  const { catalog } = environment;
  const places = environmentPlaces(facts);
  const owners = facts.owners ?? findOwners(catalog, []);
  const cuts = cutEnvironment(catalog, owners, { maxLayers });
  return cuts.map((cut, at) =>
    planCut(cut, {
      ...facts,
      places,
      linked: at === 0 ? linkedContents(environment) : [],
      isLast: at === cuts.length - 1,
    })
  );
}

function placeFolders(
  folders: readonly TarDirectory[],
  place: PlaceOptions,
): readonly TarDirectory[] {
  return placeEntries(folders, place).entries as readonly TarDirectory[];
}

const BYTECODE_FOLDER: TarDirectory = {
  type: "directory",
  path: entryPath(IMAGE_PATHS.bytecode),
  owner: { uid: 0, gid: 0 },
  mode: 0o755,
  mtime: FIXED_TIME,
};

interface CutFacts extends EnvironmentLayersFacts {
  readonly places: EnvironmentPlaces;
  /** Contents that only symlinks lead to: RCC wants their blobs all the same. */
  readonly linked: readonly number[];
  /** Whether the records of RCC itself are in it. */
  readonly isLast: boolean;
}

function planCut(
  cut: EnvironmentCut,
  { environment, form, packing, runtime, linked, isLast, ...facts }: CutFacts,
): EnvironmentLayerPlan {
  const { kind, packages, nodes, size } = cut;
  const { catalog, catalogFile, infoFile } = environment;
  const part = { nodes, contents: form.start === "checked" ? linked : [] };
  const contents = () => {
    const own = nodes.map((node) => catalog.tree.contents[node]!);
    return new Set([...own, ...linked].filter((content) => content !== FOLDER));
  };
  const compiled = orderBytecode(cut, { environment, form, ...facts });
  const places = compiled === undefined
    ? facts.places
    : { ...facts.places, ...facts.places.withBytecode! };
  const records = isLast
    ? {
      catalog: digestOf(catalogFile),
      level: META_GZIP_LEVEL,
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
    size: size + (isLast ? 4 * catalogFile.length : 0) +
      Math.round((compiled?.size ?? 0) * (1 + BYTECODE_SIZE.unpacked)),
    ...(compiled === undefined ? {} : { bytecode: compiled.order }),
    key: layerKey({
      layer: "environment",
      packing,
      runtime,
      parents: [],
      content: {
        recipe: places.recipe,
        part: spacePartDigest(catalog, part, form),
        records,
        bytecode: compiled?.key,
      },
    }),
    contents,
    async open() {
      const source = await environment.open(contents());
      const others = isLast ? await spaceRecords(source, places, form) : [];
      return spaceLayer(source, { ...part, others }, { places, form });
    },
    async most() {
      const used = contents();
      const { blobs } = await environment.open(used);
      let bytes = (isLast ? 4 * catalogFile.length : 0) + mostBytecode(compiled?.size ?? 0);
      for (const content of used) {
        bytes += Math.ceil(blobs.sizeOf(content) * MOST_GROWTH) + HEADERS_OF_A_BLOB;
      }
      return bytes;
    },
  };
}

/** What is to be compiled of a layer, if anything. */
function orderBytecode(
  { nodes }: EnvironmentCut,
  { environment: { catalog }, form: { layout }, place, bytecode }: Pick<
    CutFacts,
    "environment" | "form" | "place" | "bytecode"
  >,
) {
  if (bytecode === undefined) return undefined;
  const { paths, size } = findSources(catalog, nodes, bytecode);
  if (paths.size === 0) return undefined;
  const target = placePath(IMAGE_PATHS.bytecode, place);
  const order: BytecodeOrder = { folder: layout.folder, target, sources: paths };
  return { order, size, key: bytecodeKey(order, bytecode) };
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
