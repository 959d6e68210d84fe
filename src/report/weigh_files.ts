import type { ImageFile } from "../inspect/mod.ts";
import type { Weighed } from "./treemap.ts";

/** Three levels: the part of the image, the package or folder in it, and what that consists of. */
export function weighFiles(files: readonly ImageFile[]): Weighed {
  const parts = [...groupBy(files, ({ part }) => part)].map(([part, ofPart]) =>
    sumOf(
      part,
      [...groupBy(ofPart, groupOf)].map(([group, ofGroup]) =>
        sumOf(
          group,
          [...groupBy(ofGroup, (file) => leafOf(file.path))].map(([name, same]) => ({
            name,
            size: same.reduce((sum, { size }) => sum + size, 0),
            parts: [],
          })),
        )
      ),
    )
  );
  return sumOf("image", parts);
}

function sumOf(name: string, parts: readonly Weighed[]): Weighed {
  return { name, size: parts.reduce((sum, { size }) => sum + size, 0), parts };
}

function groupBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

/** Depths of folders that tell things apart: `/usr/lib`, and those inside an environment. */
const FOLDERS: Readonly<Record<ImageFile["part"], number>> = {
  base: 2,
  runtime: 3,
  environment: 6,
  robot: 4,
};

function groupOf({ package: owner, path, part }: ImageFile): string {
  if (owner !== undefined) return owner;
  if (path.includes("/hololib/library/")) return "library (blobs of their own)";
  const folders = path.split("/").slice(0, -1).slice(0, FOLDERS[part]);
  return `/${folders.join("/")}`;
}

/** The file's own name, and the folder that it is in. */
function leafOf(path: string): string {
  return path.split("/").slice(-2).join("/");
}
