import { isObject } from "../oci/mod.ts";
import { LONGEST_PATH } from "./layer_tree.ts";
import type { TreeFacts } from "./tree_facts.ts";

/** Whether JSON that others made is a tree in columns, each entry of which lies in a folder of it. */
export function isTreeFacts(value: unknown): value is TreeFacts {
  if (!isObject(value)) return false;
  const { shared, rest, types, owner, owners, mtime, layer, size, offset, target } = value;
  if (typeof types !== "string" || !/^d[fdlcbp]*$/.test(types)) return false;
  const count = types.length;
  const files = types.split("f").length - 1;
  const links = types.split("l").length - 1;
  if (!Array.isArray(owners) || !owners.every(isOwner)) return false;
  const areWhole = isColumn(shared, count, isCount) && isColumn(rest, count, isText) &&
    isColumn(owner, count, (place) => isCount(place) && place < owners.length) &&
    isColumn(mtime, count, Number.isFinite) &&
    isColumn(layer, count, (number) => number === -1 || isCount(number)) &&
    isColumn(size, files, isCount) && isColumn(offset, files, isCount) &&
    isColumn(target, links, isText);
  return areWhole && arePaths(value as unknown as TreeFacts);
}

/** Whether each path is made of the one before it, and lies in a folder that stands before it. */
function arePaths({ shared, rest, types }: TreeFacts): boolean {
  const open = [""];
  let path = rest[0]!;
  if (path !== "") return false;
  for (let i = 1; i < types.length; i++) {
    if (shared[i]! > path.length || shared[i]! + rest[i]!.length > LONGEST_PATH) return false;
    path = path.slice(0, shared[i]) + rest[i];
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (["", ".", ".."].includes(name) || name.includes("\0")) return false;
    const parent = path.slice(0, Math.max(slash, 0));
    while (open.length > 0 && open.at(-1) !== parent) open.pop();
    if (open.length === 0 || slash === 0) return false;
    if (types[i] === "d") open.push(path);
  }
  return true;
}

function isColumn(
  value: unknown,
  count: number,
  isItem: (item: unknown) => boolean,
): boolean {
  return Array.isArray(value) && value.length === count && value.every(isItem);
}

function isOwner(value: unknown): boolean {
  return isColumn(value, 3, isCount);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 0;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
