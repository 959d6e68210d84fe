import type { Tree } from "../base/mod.ts";
import type { TarDirectory } from "../tar/mod.ts";
import { entryPath, FIXED_TIME, IMAGE_PATHS } from "./paths.ts";
import { ownerOf } from "./runtime_layer.ts";
import type { StartMode } from "./options.ts";
import type { ImageUser } from "./user.ts";

/** What the folders of the robot's user follow from. */
export interface OwnFolderFacts {
  readonly user: ImageUser;
  readonly robocorpHome: string;
  readonly start: StartMode;
  readonly tree: Tree;
}

/**
 * The folders of the robot's user, which every layer may have to state. Those that the user has in
 * the base keep their modes. A home that the base has for a user of its own is the base's: some
 * users have `/` or `/usr/sbin` for one.
 */
export function ownFolders(
  { user, robocorpHome, start, tree }: OwnFolderFacts,
): readonly TarDirectory[] {
  const owner = ownerOf(user, start);
  const isNew = (path: string) => tree.find(path) === undefined;
  const paths = new Set([
    ...[IMAGE_PATHS.robotHome].filter((path) => path === user.home || isNew(path)),
    IMAGE_PATHS.app,
    ...[user.home].filter(isNew),
    robocorpHome,
  ]);
  return [...paths].filter((path) => entryPath(path) !== "").map((path) => {
    const node = tree.find(path)?.node;
    const isKept = start !== "sealed" && node?.type === "directory" && node.uid === user.uid;
    const { mode, mtime } = isKept ? node : { mode: 0o755, mtime: FIXED_TIME };
    const { uid, gid } = isKept ? node : owner;
    return { type: "directory", path: entryPath(path), owner: { uid, gid }, mode, mtime };
  });
}
