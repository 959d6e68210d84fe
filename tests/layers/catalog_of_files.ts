import { createHash } from "node:crypto";
import { type Catalog, nodePath } from "../../src/holotree/mod.ts";
import {
  catalogJson,
  fileJson,
  folderJson,
  type JsonRecord,
  parse,
} from "../holotree/catalog_of.ts";

/** A catalog of files of these sizes, by their paths; each has a content of its own. */
export async function catalogOf(files: Readonly<Record<string, number>>): Promise<Catalog> {
  const tree = folderJson("");
  for (const [path, size] of Object.entries(files)) {
    const parts = path.split("/");
    const name = parts.pop()!;
    let folder = tree;
    for (const part of parts) {
      const subdirs = folder.subdirs as Record<string, JsonRecord>;
      folder = subdirs[part] ??= folderJson(part);
    }
    const digest = createHash("sha256").update(`${path} ${size}`).digest("hex");
    (folder.files as JsonRecord)[name] = fileJson(name, { size, digest });
  }
  return await parse(catalogJson({ tree }));
}

/** The number of what stands at a path. */
export function nodeAt(catalog: Catalog, path: string): number {
  for (let node = 1; node < catalog.tree.names.count; node++) {
    if (nodePath(catalog.tree, node) === path) return node;
  }
  throw new RangeError(`expected ${JSON.stringify(path)} in the catalog`);
}
