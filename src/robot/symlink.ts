import { quote } from "./quote.ts";
import type { RobotSymlink } from "./robot_entry.ts";
import type { Member } from "./walk.ts";
import type { RobotWarning } from "./warning.ts";

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

/** Options of {@linkcode partLinks}. */
export interface PartLinksOptions {
  readonly hostOs: NodeJS.Platform;
  /** Whether a place of the root is packed at all, there or not. */
  readonly isReached: (path: string) => boolean;
}

/** The links that mean something in an image, and those that do not: the robot has another place. */
export function partLinks(
  links: readonly RobotSymlink[],
  { hostOs, isReached }: PartLinksOptions,
): { readonly sound: readonly RobotSymlink[]; readonly leaving: readonly RobotSymlink[] } {
  const targets = targetsOf(links);
  const { sound = [], leaving = [] } = Object.groupBy(links, ({ path, target }) => {
    const isAbsolute = target.startsWith("/") || hostOs === "win32" && /^[A-Za-z]:/.test(target);
    const end = isAbsolute ? undefined : followLinks(path, targets);
    return end !== undefined && isReached(end) ? "sound" : "leaving";
  });
  return { sound, leaving };
}

/** More of them than this nobody reads. */
const MOST_NAMED = 3;

/** Whoever has a virtual environment or installed packages in the robot's folder has many. */
export function leavingWarnings(leaving: readonly RobotSymlink[]): readonly RobotWarning[] {
  if (leaving.length === 0) return [];
  const named = leaving.slice(0, MOST_NAMED).map(({ path, target }) =>
    `${quote(path)} to ${quote(target)}`
  );
  const others = leaving.length - named.length;
  const [what, them] = leaving.length === 1
    ? ["a link leads out of what is packed and is left out", "it"]
    : [`${leaving.length} links lead out of what is packed and are left out`, "them"];
  const message = `${what}: ${named.join(", ")}${others > 0 ? ` and ${others} more` : ""}; ` +
    `make ${them} relative and keep ${them} inside, or name ${them} in "ignoreFiles" or --exclude`;
  return [{ kind: "link", message }];
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
