import { LayerFolder } from "./layer_tree.ts";

/**
 * Lays a layer over what the layers below have made, as overlay file systems do: whiteouts first,
 * whatever their place in the layer, for they speak of the layers below only; folders become one
 * with folders, and anything else takes the place of what was there. A folder that the layer has no
 * entry for, only for something in it, stays what it was.
 */
export function mergeLayer(lower: LayerFolder, upper: LayerFolder): void {
  if (upper.isStated) copyAttributes(lower, upper);
  if (upper.isOpaque) lower.children.clear();
  for (const name of upper.whiteouts ?? []) lower.children.delete(name);
  for (const [name, node] of upper.children) {
    const below = lower.children.get(name);
    if (node instanceof LayerFolder && below instanceof LayerFolder) {
      mergeLayer(below, node);
    } else {
      lower.children.set(name, node);
      if (node instanceof LayerFolder) forgetMarks(node);
    }
  }
}

function copyAttributes(to: LayerFolder, from: LayerFolder): void {
  to.mode = from.mode;
  to.uid = from.uid;
  to.gid = from.gid;
  to.mtime = from.mtime;
  to.layer = from.layer;
}

/** With nothing below there is nothing to say of it. */
function forgetMarks(folder: LayerFolder): void {
  folder.isOpaque = false;
  folder.whiteouts = undefined;
  for (const node of folder.children.values()) {
    if (node instanceof LayerFolder) forgetMarks(node);
  }
}
