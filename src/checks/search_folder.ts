import { join } from "node:path/posix";
import type { CommandPlaces } from "./commands.ts";
import type { Findings } from "./findings.ts";

type Places = Pick<CommandPlaces, "baseName" | "tree" | "robot" | "others">;

/**
 * The folder that rcc makes of an entry of `PATH` or `PYTHONPATH`: an absolute one that is there, or
 * else one below the robot's.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/robot/robot.go (`pathBuilder`)
 */
export function searchFolder(entry: string, places: Places): string {
  return entry.startsWith("/") && isFolder(entry, places)
    ? entry
    : join(places.robot.folder, entry);
}

/** Folders of the host's that the image does not have. */
export function checkSearchFolders(
  lists: Readonly<Record<"PATH" | "PYTHONPATH", readonly string[]>>,
  places: Places,
): Findings {
  const warnings = (["PATH", "PYTHONPATH"] as const).flatMap((key) =>
    lists[key]
      .filter((entry) => entry.startsWith("/") && !isFolder(searchFolder(entry, places), places))
      .map((entry) =>
        `"${entry}" in "${key}" of robot.yaml is no folder of base image "${places.baseName}", and ` +
        "nothing is found in it, use a base that has it"
      )
  );
  return { failures: [], warnings };
}

function isFolder(path: string, { tree, robot: { root, entries }, others }: Places): boolean {
  if (path === root || others.some((file) => file.startsWith(`${path}/`))) return true;
  if (path.startsWith(`${root}/`)) {
    const inside = path.slice(root.length + 1);
    return entries.some((entry) => entry.path === inside && entry.type !== "file");
  }
  return tree.find(path)?.node.type === "directory";
}
