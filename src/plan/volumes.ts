import type { Tree } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import { entryPath, reachedPath } from "./paths.ts";

/**
 * A volume of the base over one of our folders would hide it or be another disk.
 *
 * @param folders Absolute paths of the image.
 */
export function volumeFailures(
  volumes: Readonly<Record<string, unknown>> | undefined,
  { folders, tree }: { readonly folders: readonly string[]; readonly tree: Tree },
): readonly Failure[] {
  const failures: Failure[] = [];
  for (const volume of Object.keys(volumes ?? {})) {
    const place = reachedPath(tree, entryPath(volume));
    const covered = folders.find((folder) => {
      const ours = reachedPath(tree, entryPath(folder));
      return isAtOrBelow(ours, place) || isAtOrBelow(place, ours);
    });
    if (covered === undefined) continue;
    failures.push(
      new Failure(
        "base/volume",
        `failed to use the base: its volume "${volume}" covers "${covered}" of the image, ` +
          `use a base without this volume`,
      ),
    );
  }
  return failures;
}

/** The root's path is empty: everything is below it. */
function isAtOrBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}
