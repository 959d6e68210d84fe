import { join } from "node:path/posix";
import type { Tree } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { Robot } from "../robot/mod.ts";

/** Where things stand in an image. Absolute, as `HOME` and others say them. */
export const IMAGE_PATHS = {
  rcc: "/usr/local/bin/rcc",
  init: "/usr/local/bin/rcc-init",
  robotHome: "/home/robot",
  app: "/home/robot/app",
  robocorpHome: "/home/robot/.robocorp",
  bytecode: "/usr/local/lib/pycache",
  /** What start checks need to know of the environment. */
  facts: "/usr/local/share/rcc-oci/environment.json",
  passwd: "/etc/passwd",
  group: "/etc/group",
} as const;

/** The robot's folder: it lies below the app's where files outside of it are packed too. */
export function robotFolder({ reach: { below } }: Pick<Robot, "reach">): string {
  return join(IMAGE_PATHS.app, below);
}

/** Where the artifacts are in a container: the robot's own folder where `artifactsDir` is that. */
export function artifactsFolder(robot: Pick<Robot, "reach" | "artifactsDir">): string {
  return join(robotFolder(robot), robot.artifactsDir);
}

/** For what has no time of its own: 1980-01-01, the first day that zip archives know too. */
export const FIXED_TIME = 315532800;

/** In templates/rcc.json's place a time that is always in the future for RCC: 2037-01-01. */
export const FUTURE_TIME = 2114380800;

/** A path as tar entries write it: without a slash at either end. */
export function entryPath(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}

/**
 * What a container reaches by a path of the image, as the tar has it.
 *
 * @throws {Failure} when links of the base lead in a circle there.
 */
export function reachedPath(tree: Tree, path: string): string {
  try {
    return entryPath(tree.resolve(path));
  } catch (cause) {
    throw new Failure(
      "base/path-taken",
      `failed to place "/${path}": symlinks of the base lead in a circle there, use a base ` +
        "without them",
      { cause },
    );
  }
}
