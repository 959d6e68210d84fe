import { join, normalize } from "node:path/posix";

/**
 * A path of robot.yaml as rcc joins it to the robot's folder: relative to that, with `/` between its
 * parts and none at its ends. `.` is the folder itself, and what begins with `..` lies outside. An
 * absolute path is joined like any other.
 */
export function normalPath(path: string): string {
  const normal = normalize(`./${path}`);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

/** Whether a path, as `normalPath` has it, lies outside of the robot's folder. */
export function isOutside(path: string): boolean {
  return path === ".." || path.startsWith("../");
}

/** Whether one path is the other, or lies below it. Neither ends with a slash; `.` holds all. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder}/`);
}

/**
 * A path of robot.yaml, relative to the root of what is packed; `.` is the root itself.
 *
 * @param below the robot's folder, relative to the root: `.` for nearly every robot
 */
export function fromRoot(below: string, path: string): string {
  return normalPath(join(below, normalPath(path)));
}
