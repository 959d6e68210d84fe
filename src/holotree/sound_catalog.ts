import type { BlobMode } from "./blob.ts";
import type { Catalog } from "./catalog.ts";
import { offsetsField } from "./catalog_fields.ts";
import { type CatalogTree, FOLDER } from "./catalog_tree.ts";
import type { TextValues } from "./columns.ts";
import type { Contents } from "./contents.ts";
import { goFileType } from "./file_mode.ts";
import { SPACE_NAME_LENGTH } from "./names.ts";

/**
 * Whether the numbers of a catalog fit together, so that all that walk it come to its end and find
 * what they look for. Of names and digests only the places are looked at.
 *
 * @throws {SyntaxError} when the offsets of a file are none.
 */
export function isSoundCatalog(catalog: Catalog): boolean {
  const { tree, contents, blobMode, lifted } = catalog;
  return TEXTS.every((field) => typeof catalog[field] === "string") &&
    typeof lifted === "boolean" && areTexts(tree.names.values) && isTree(tree, contents.count) &&
    areContents(contents, blobMode);
}

const TEXTS = ["rcc", "identity", "path", "controller", "space", "platform", "blueprint"] as const;

function areTexts({ bytes, ends }: TextValues): boolean {
  let start = 0;
  for (const end of ends) {
    if (!Number.isSafeInteger(end) || end < start) return false;
    start = end;
  }
  return start === bytes.length;
}

function isTree(tree: CatalogTree, contentCount: number): boolean {
  const { names: { count }, parents, ends, modes, contents, symlinks, shadows } = tree;
  const columns = [parents, ends, modes, contents];
  const isNode = (node: number) => Number.isSafeInteger(node) && node >= 0 && node < count;
  return count > 0 && columns.every(({ length }) => length === count) &&
    contents.every((content) => content >= FOLDER && content < contentCount) &&
    modes.every((mode, node) => isModeOf(tree, { node, mode })) && isNested(tree) &&
    symlinks.entries().every(([node, target]) => isNode(node) && typeof target === "string") &&
    shadows.values().every(isNode);
}

function isModeOf(
  { contents, symlinks }: CatalogTree,
  { node, mode }: { readonly node: number; readonly mode: number },
): boolean {
  const type = goFileType(mode);
  if (contents[node] === FOLDER) return type === "directory";
  return type === "file" || type === "symlink" && symlinks.has(node);
}

/** Whether each node stands in its folder, and ends within it. */
function isNested({ parents, ends, contents }: CatalogTree): boolean {
  const count = contents.length;
  if (parents[0] !== 0 || ends[0] !== count || contents[0] !== FOLDER) return false;
  const open = [0];
  for (let node = 1; node < count; node++) {
    while (ends[open.at(-1)!]! <= node) open.pop();
    const folder = open.at(-1)!;
    const end = ends[node]!;
    if (parents[node] !== folder || end <= node || end > ends[folder]!) return false;
    if (contents[node] === FOLDER) open.push(node);
    else if (end !== node + 1) return false;
  }
  return true;
}

/** Of a digest, in bytes. */
const WIDTHS: Readonly<Record<BlobMode, number>> = { compressed: 32, raw: 16 };

function areContents({ count, values }: Contents, blobMode: BlobMode): boolean {
  const { digests, sizes, rewrites } = values;
  return digests.length === count * WIDTHS[blobMode] &&
    sizes.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    rewrites.entries().every(([content, rewrite]) => {
      const size = sizes[content];
      return size !== undefined &&
        offsetsField({ rewrite }, { size, width: SPACE_NAME_LENGTH }).length > 0;
    });
}
