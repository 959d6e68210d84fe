import { createHash } from "node:crypto";
import type { Catalog } from "./catalog.ts";
import { FOLDER, nodePath } from "./catalog_tree.ts";
import { restoredMode, type SpaceForm, type SpacePart } from "./space.ts";

const UPDATE_CHARACTERS = 64 * 1024;

/**
 * A hash of all that the catalog says of a part of an environment: equal parts of two environments
 * have equal ones. 64 hex digits.
 */
export function spacePartDigest(
  { tree, contents, identity }: Catalog,
  { nodes, contents: others = [] }: Pick<SpacePart, "nodes" | "contents">,
  form: SpaceForm,
): string {
  const hash = createHash("sha256");
  let text = `${identity}\n`;
  const addContent = (content: number) => {
    text += `${contents.digestOf(content)} ${contents.sizeOf(content)}`;
    const rewrite = contents.rewriteOf(content);
    text += rewrite.length === 0 ? "\n" : ` ${rewrite.join()}\n`;
  };
  // Siblings follow one another.
  let folder = 0;
  let above = "";
  for (const node of nodes) {
    const content = tree.contents[node]!;
    const symlink = tree.symlinks.get(node);
    if (tree.parents[node] !== folder) {
      folder = tree.parents[node]!;
      above = folder === 0 ? "" : `${nodePath(tree, folder)}/`;
    }
    // JSON, for a name may hold a line feed.
    text += `${JSON.stringify(above + tree.names.at(node))} `;
    if (symlink !== undefined) text += `${JSON.stringify(symlink)}\n`;
    else if (content === FOLDER) text += "/\n";
    else {
      text += `${restoredMode(tree.modes[node]!, form)} `;
      addContent(content);
    }
    if (text.length < UPDATE_CHARACTERS) continue;
    hash.update(text);
    text = "";
  }
  others.forEach(addContent);
  return hash.update(text).digest("hex");
}
