import { type Catalog, FOLDER, nodePath } from "../holotree/mod.ts";

/** In what two catalogs of one environment differ, when it is in nothing but its records. */
export interface CatalogRecords {
  /** Paths of files that were written anew. */
  readonly paths: ReadonlySet<string>;
  /** What is called so is the content of records, in one of both. */
  readonly digests: ReadonlySet<string>;
}

/**
 * @param isOwn Whether a file of the environment is a record.
 * @returns `undefined` when anything but contents of records differs.
 */
export function catalogRecords(
  image: Catalog,
  built: Catalog,
  isOwn: (path: string) => boolean,
): CatalogRecords | undefined {
  const { tree } = built;
  if (!isSamePlace(image, built) || tree.names.count !== image.tree.names.count) return undefined;
  const paths = new Set<string>();
  const digests = new Set<string>();
  for (let node = 0; node < tree.names.count; node++) {
    if (!isSameNode(image.tree, tree, node)) return undefined;
    if (tree.contents[node] === FOLDER || isSameContent(image, built, node)) continue;
    const path = nodePath(tree, node);
    if (!isOwn(path)) return undefined;
    paths.add(path);
    for (const catalog of [image, built]) {
      digests.add(catalog.contents.digestOf(catalog.tree.contents[node]!));
    }
  }
  return { paths, digests };
}

const PLACE = ["rcc", "identity", "path", "platform", "blueprint", "lifted", "blobMode"] as const;

function isSamePlace(image: Catalog, built: Catalog): boolean {
  return PLACE.every((field) => image[field] === built[field]);
}

type Tree = Catalog["tree"];

function isSameNode(image: Tree, built: Tree, node: number): boolean {
  return image.names.at(node) === built.names.at(node) &&
    image.parents[node] === built.parents[node] &&
    image.modes[node] === built.modes[node] &&
    (image.contents[node] === FOLDER) === (built.contents[node] === FOLDER) &&
    image.symlinks.get(node) === built.symlinks.get(node) &&
    image.shadows.has(node) === built.shadows.has(node);
}

function isSameContent(image: Catalog, built: Catalog, node: number): boolean {
  const [left, right] = [image.tree.contents[node]!, built.tree.contents[node]!];
  const [before, after] = [image.contents.rewriteOf(left), built.contents.rewriteOf(right)];
  return image.contents.digestOf(left) === built.contents.digestOf(right) &&
    image.contents.sizeOf(left) === built.contents.sizeOf(right) &&
    before.length === after.length && before.every((offset, i) => offset === after[i]);
}
