import { spaceName } from "./names.ts";

/** Where RCC keeps the spaces that all users of a Linux machine share. */
export const SHARED_HOLOTREE = "/opt/robocorp/ht";

/** Where an environment and what belongs to it stand in the container. Absolute paths. */
export interface SpaceLayout {
  /** The last part of `folder`, which replaces the stage's name inside of files. */
  readonly name: string;
  /** The restored environment. */
  readonly folder: string;
  /** The folder of all spaces: the catalog says which, and RCC refuses any other. */
  readonly holotree: string;
  /** The folder with `catalog` and `library` in it. */
  readonly hololib: string;
  /** Whether it is RCC's place for all users of the machine. */
  readonly shared: boolean;
}

/** Options of {@linkcode spaceLayout}. */
export interface SpaceLayoutOptions {
  /** The value of `HOME` in the container. */
  readonly home: string;
  /** The value of `ROBOCORP_HOME` in the container. */
  readonly robocorpHome: string;
}

/** @param catalogPath The catalog's own `path`: where the environment was built. */
export function spaceLayout(
  catalogPath: string,
  { home, robocorpHome }: SpaceLayoutOptions,
): SpaceLayout {
  const holotree = catalogPath.slice(0, catalogPath.lastIndexOf("/"));
  const shared = holotree === SHARED_HOLOTREE;
  const name = spaceName({ home });
  return {
    name,
    folder: `${holotree}/${name}`,
    holotree,
    hololib: shared ? `${SHARED_HOLOTREE}/lib` : `${robocorpHome}/hololib`,
    shared,
  };
}
