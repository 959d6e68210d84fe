import type { Failure } from "../failure/mod.ts";
import { packFailure } from "./pack_failure.ts";
import { quote } from "./quote.ts";
import type { RobotSymlink } from "./robot_entry.ts";
import type { Member } from "./walk.ts";

/** The links of a robot, with targets that Linux understands. */
export function linksOf(
  members: readonly Member[],
  hostOs: NodeJS.Platform,
): readonly RobotSymlink[] {
  return members.filter((member) => member.type === "symlink").map(({ type, path, target }) => ({
    type,
    path,
    target: hostOs === "win32" ? target.replaceAll("\\", "/") : target,
  }));
}

/** The links that mean nothing in an image, where the robot has another place. */
export function linkFaults(
  links: readonly RobotSymlink[],
  hostOs: NodeJS.Platform,
): readonly Failure[] {
  const targets = targetsOf(links);
  return links.flatMap(({ path, target }) => {
    const isAbsolute = target.startsWith("/") || hostOs === "win32" && /^[A-Za-z]:/.test(target);
    if (!isAbsolute && followLinks(path, targets) !== undefined) return [];
    const fault = isAbsolute ? "is absolute" : "leaves the robot's folder";
    const cure = "make it relative and keep it inside, or put the file there";
    return [packFailure(path, `the link to ${quote(target)} ${fault}, ${cure}`)];
  });
}

/** The targets of links by their paths. */
export function targetsOf(links: readonly RobotSymlink[]): ReadonlyMap<string, string> {
  return new Map(links.map(({ path, target }) => [path, target]));
}

/** More links in a row than Linux follows. */
const MOST_LINKS = 40;

/**
 * Where a path ends when all links on the way, and at its end, are followed: undefined when that is
 * outside the robot's folder, and somewhere on the way for links that go round.
 *
 * @param path relative to the folder, with `/`
 * @param links all links of the robot: their paths and targets
 */
export function followLinks(
  path: string,
  links: ReadonlyMap<string, string>,
): string | undefined {
  const reached: string[] = [];
  const ahead = path.split("/");
  let followed = 0;
  while (ahead.length > 0) {
    const part = ahead.shift()!;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (reached.pop() === undefined) return undefined;
      continue;
    }
    reached.push(part);
    const target = links.get(reached.join("/"));
    if (target === undefined) continue;
    if (target.startsWith("/")) return undefined;
    followed += 1;
    if (followed > MOST_LINKS) break;
    reached.pop();
    ahead.unshift(...target.split("/"));
  }
  return reached.join("/");
}
