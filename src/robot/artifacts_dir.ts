import { stat } from "node:fs/promises";
import { join } from "node:path";
import { packFailure } from "./pack_failure.ts";
import type { Robot } from "./robot.ts";
import type { RobotDirectory } from "./robot_entry.ts";
import { fromRoot } from "./robot_path.ts";
import type { Member } from "./walk.ts";

/** The folders that were met, the artifacts folder, and the folders on the way to it. */
export async function withArtifactsDir(
  members: readonly Member[],
  { reach: { root, below }, artifactsDir }: Robot,
): Promise<readonly RobotDirectory[]> {
  const place = fromRoot(below, artifactsDir);
  const parts = place === "." ? [] : place.split("/");
  const way = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  const inTheWay = members.find(({ type, path }) => type !== "directory" && way.includes(path));
  const facts = await stat(join(root, place)).catch(() => undefined);
  const isOther = facts !== undefined && !facts.isDirectory();
  if (inTheWay !== undefined || isOther) {
    const why = "it stands where artifacts go, expected a folder";
    throw packFailure(inTheWay?.path ?? artifactsDir, why);
  }
  const met = members.filter(({ type }) => type === "directory").map(({ path }) => path);
  const paths = new Set([...met, ...way]);
  return [...paths].map((path) => ({ type: "directory", path, mode: 0o755 }));
}
