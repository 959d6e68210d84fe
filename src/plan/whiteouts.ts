import type { Tree } from "../base/mod.ts";
import { bytesContent, type Content } from "../packing/mod.ts";
import { homeIdentity, isSpaceName, SHARED_HOLOTREE, type SpaceLayout } from "../holotree/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { entryPath, FIXED_TIME, IMAGE_PATHS } from "./paths.ts";

/** What decides which paths are the image's alone. */
export interface WhiteoutFacts {
  readonly tree: Tree;
  readonly home: string;
  readonly robocorpHome: string;
  /** None for a shell robot. */
  readonly space?: SpaceLayout | undefined;
  /** Whether the base is an image of ours, whose environment may lie anywhere. */
  readonly isOurs: boolean;
}

/**
 * Whiteouts of what the base has where the image's own things go: one that is an image of ours
 * has another robot there, another environment, another library. They speak of the layers below, so
 * they stand in the lowest of ours.
 *
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts
 */
export function whiteoutEntries(
  { tree, home, robocorpHome, space, isOurs }: WhiteoutFacts,
): readonly TarEntry<Content>[] {
  const folders = new Set([
    IMAGE_PATHS.app,
    ...(space === undefined ? [] : [space.folder, space.hololib]),
    ...(isOurs ? oldFolders(tree) : []),
  ]);
  const others = space === undefined ? [] : switches({ home, robocorpHome, space });
  return [
    ...[...folders].filter((path) => !isEmpty(tree, path)).map((path) =>
      mark(`${path}/.wh..wh..opq`)
    ),
    ...others.filter((path) => tree.find(path) !== undefined).map((path) => {
      const slash = path.lastIndexOf("/");
      return mark(`${path.slice(0, slash)}/.wh.${path.slice(slash + 1)}`);
    }),
  ];
}

/**
 * What makes rcc look for another environment, or elsewhere: a shared holotree that this HOME has
 * switched on, and a channel of its own, which is a part of each blueprint.
 */
function switches(
  { home, robocorpHome, space }: {
    readonly home: string;
    readonly robocorpHome: string;
    readonly space: SpaceLayout;
  },
): readonly string[] {
  return [
    ...(space.shared ? [] : [`${SHARED_HOLOTREE}/lib/catalog/init/${homeIdentity(home)}`]),
    `${robocorpHome}/channel`,
  ];
}

/** Where the spaces and libraries of any image of ours can be. */
function oldFolders(tree: Tree): readonly string[] {
  const spaces: string[] = [];
  for (const [path, { type }] of tree.entries()) {
    if (type === "directory" && isSpaceName(path.slice(path.lastIndexOf("/") + 1))) {
      spaces.push(`/${path}`);
    }
  }
  return [
    ...spaces,
    IMAGE_PATHS.bytecode,
    `${IMAGE_PATHS.robocorpHome}/hololib`,
    `${SHARED_HOLOTREE}/lib`,
  ];
}

function isEmpty(tree: Tree, path: string): boolean {
  const found = tree.find(path);
  return found === undefined || tree.children(found.path).length === 0;
}

function mark(path: string): TarEntry<Content> {
  return {
    type: "file",
    path: entryPath(path),
    owner: { uid: 0, gid: 0 },
    mode: 0o644,
    mtime: FIXED_TIME,
    content: bytesContent(new Uint8Array()),
  };
}
