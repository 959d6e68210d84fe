/**
 * A restored environment as layers: what RCC would make of the catalog for another HOME, with the
 * library beside it, so that RCC finds nothing left to do.
 */
import {
  type ContentCheckKind,
  EntryMaker,
  type EnvironmentLayer,
  type EnvironmentNodes,
  type LastEntry,
  type LayerContents,
  NODE_KINDS,
} from "../packing/mod.ts";
import type { TarDirectory, TarOwner } from "../tar/mod.ts";
import { contentCheckOf } from "./blob.ts";
import { type CatalogTree, FOLDER } from "./catalog_tree.ts";
import { tarMode } from "./file_mode.ts";
import type { SpaceLayout } from "./space_layout.ts";
import type { SpaceSource } from "./space_source.ts";

/** How an environment stands in an image. */
export interface SpaceForm {
  /**
   * `checked` for `rcc run`, with all that RCC compares. The others are for `rcc run
   * --warranty-voided`, which takes the environment as it is: without records and library; `sealed`
   * ones are root's, readable by all, without special bits.
   */
  readonly start: "checked" | "trusted" | "sealed";
  readonly owner: TarOwner;
  readonly layout: SpaceLayout;
  /** The value of `HOME` in the container. */
  readonly home: string;
}

const SEALED_FOLDER_MODE = 0o755;
/** RCC makes folders of a space with 0750. */
const SPACE_FOLDER_MODE = 0o750;
const PRIVATE_FOLDER_MODE = 0o750;
const SHARED_FOLDER_MODE = 0o777;

/** What a file of the environment is given, as tar has it. @param mode What the catalog states. */
export function restoredMode(mode: number, { start, owner }: SpaceForm): number {
  const recorded = tarMode(mode);
  if (start === "sealed") {
    const executable = (recorded & 0o111) === 0 ? 0 : 0o111;
    return recorded & 0o777 | 0o444 | executable;
  }
  // Anybody in the container could become root by them.
  return owner.uid === 0 ? recorded & 0o777 : recorded;
}

/** The folders that the environment and its library stand in, as RCC makes them. */
export function spaceFolders(form: SpaceForm): readonly TarDirectory[] {
  const { start, layout } = form;
  const make = new EntryMaker(form.owner);
  if (start !== "checked") return [make.folder(layout.holotree, folderMode(form))];
  const mode = rccFolderMode(layout);
  return [make.folder(layout.holotree, mode), make.folder(layout.hololib, mode)];
}

/** Permission bits of the environment's folders. */
export function folderMode({ start }: SpaceForm): number {
  return start === "sealed" ? SEALED_FOLDER_MODE : SPACE_FOLDER_MODE;
}

/** Permission bits of the folders that RCC makes for all environments. */
export function rccFolderMode({ shared }: SpaceLayout): number {
  return shared ? SHARED_FOLDER_MODE : PRIVATE_FOLDER_MODE;
}

/** Where things of the image are in the base, whose folders may be symlinks. Paths as in tar entries. */
export interface SpacePlaces {
  /** {@linkcode spaceFolders} with all their parents. */
  readonly above: readonly TarDirectory[];
  readonly folder: string;
  readonly hololib: string;
}

/** What goes into one layer. */
export interface SpacePart {
  /** Of the catalog's tree, ascending, without the folders above them. */
  readonly nodes: readonly number[];
  /** Contents that RCC wants blobs of, though no file of the environment has them. */
  readonly contents?: readonly number[];
  /** Entries at the end. */
  readonly others?: readonly LastEntry[];
}

/** A layer of the environment: a part of it, and the blobs of its contents. */
export function spaceLayer(
  source: SpaceSource,
  { nodes, contents = [], others = [] }: SpacePart,
  { places, form }: { readonly places: SpacePlaces; readonly form: SpaceForm },
): EnvironmentLayer {
  const { layout, owner, start } = form;
  const numbers = new ContentNumbers();
  const encoder = new TextEncoder();
  return {
    above: places.above,
    owner,
    folderMode: folderMode(form),
    root: places.folder,
    library: start !== "checked"
      ? undefined
      : { path: places.hololib, folderMode: rccFolderMode(layout) },
    nodes: layerNodes(source, { nodes, contents }, { numbers, places, form }),
    contents: layerContents(source, numbers.contents),
    names: {
      replaced: encoder.encode(source.catalog.identity),
      bytes: encoder.encode(layout.name),
    },
    others,
  };
}

/** Gives the contents of a layer numbers of their own. */
class ContentNumbers {
  readonly #numbers = new Map<number, number>();

  of(content: number): number {
    let number = this.#numbers.get(content);
    if (number === undefined) this.#numbers.set(content, number = this.#numbers.size);
    return number;
  }

  get contents(): readonly number[] {
    return [...this.#numbers.keys()];
  }
}

function layerNodes(
  { catalog: { tree } }: SpaceSource,
  { nodes, contents }: Required<Pick<SpacePart, "nodes" | "contents">>,
  { numbers, places, form }: {
    readonly numbers: ContentNumbers;
    readonly places: SpacePlaces;
    readonly form: SpaceForm;
  },
): EnvironmentNodes {
  const all = withFolders(tree, nodes);
  const count = all.length + contents.length;
  const paths: string[] = [];
  const kinds = new Uint8Array(count);
  const modes = new Uint16Array(count);
  const numbered = new Int32Array(count);
  const targets = new Map<number, string>();
  const folders = new Map<number, string>([[0, places.folder]]);
  for (const [at, node] of all.entries()) {
    const path = node === 0
      ? places.folder
      : `${folders.get(tree.parents[node]!)}/${tree.names.at(node)}`;
    const content = tree.contents[node]!;
    const symlink = tree.symlinks.get(node);
    paths.push(path);
    if (symlink !== undefined) {
      kinds[at] = NODE_KINDS.symlink;
      targets.set(at, symlink);
    } else if (content === FOLDER) {
      kinds[at] = NODE_KINDS.folder;
      folders.set(node, path);
    } else {
      kinds[at] = NODE_KINDS.file;
      modes[at] = restoredMode(tree.modes[node]!, form);
      numbered[at] = numbers.of(content);
    }
  }
  for (const [i, content] of contents.entries()) {
    const at = all.length + i;
    paths.push("a file behind a symlink");
    kinds[at] = NODE_KINDS.content;
    numbered[at] = numbers.of(content);
  }
  return { paths, kinds, modes, contents: numbered, targets };
}

/** The nodes with all folders above them, in the order of the tree. */
function withFolders({ parents }: CatalogTree, nodes: readonly number[]): readonly number[] {
  const all: number[] = [];
  const stated = new Set<number>();
  for (const node of nodes) {
    const missing: number[] = [];
    for (let folder = parents[node]!; !stated.has(folder); folder = parents[folder]!) {
      stated.add(folder);
      missing.push(folder);
    }
    all.push(...missing.reverse(), node);
  }
  return all;
}

function layerContents(
  { catalog, blobs }: SpaceSource,
  numbers: readonly number[],
): LayerContents {
  const { contents, blobMode } = catalog;
  const count = numbers.length;
  const digests: string[] = [];
  const files: string[] = [];
  const rewrites = new Map<number, readonly number[]>();
  const sizes = new Float64Array(count);
  const starts = new Float64Array(count);
  const storedSizes = new Float64Array(count);
  const unpackedSizes = new Float64Array(count);
  const isDeflated = new Uint8Array(count);
  for (const [at, content] of numbers.entries()) {
    digests.push(contents.digestOf(content));
    sizes[at] = contents.sizeOf(content);
    const offsets = contents.placesOf(content);
    if (offsets.length > 0) rewrites.set(at, offsets);
    const { path, offset, size, packing, unpackedSize } = blobs.sourceOf(content);
    files.push(path);
    starts[at] = offset;
    storedSizes[at] = size;
    unpackedSizes[at] = unpackedSize;
    isDeflated[at] = packing === "deflate" ? 1 : 0;
  }
  const { hex: _, ...check } = contentCheckOf(digests[0] ?? "");
  return {
    check: check as ContentCheckKind,
    decode: blobMode === "compressed",
    offsets: starts,
    ...{ digests, files, rewrites, sizes, storedSizes, unpackedSizes, isDeflated },
  };
}
