import { normalize } from "node:path/posix";

/** A path of robot.yaml with `/` between its parts and none at the end: `.` is the robot's folder. */
export function normalPath(path: string): string {
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

/** Why a path of robot.yaml is not one inside the robot's folder on Linux, undefined when it is. */
export function pathFault(path: string): string | undefined {
  if (/\p{Cc}/u.test(path)) return "has a control character";
  if (path.startsWith("/") || /^[A-Za-z]:([\\/]|$)/.test(path) || path.startsWith("\\\\")) {
    return "is absolute";
  }
  const normal = normalPath(path.replaceAll("\\", "/"));
  return normal === ".." || normal.startsWith("../") ? "leaves the robot's folder" : undefined;
}
