/** More links in a row than Linux follows. */
const MOST_LINKS = 40;

/**
 * Whether a symbolic link stays in the robot's folder, with all the links on the way followed.
 * A link to nothing, or to itself, does.
 *
 * @param path of the link, relative to the folder, with `/`
 * @param links all links of the robot: their paths and targets
 */
export function staysInside(path: string, links: ReadonlyMap<string, string>): boolean {
  const reached: string[] = [];
  const ahead = path.split("/");
  let followed = 0;
  while (ahead.length > 0) {
    const part = ahead.shift()!;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (reached.pop() === undefined) return false;
      continue;
    }
    reached.push(part);
    const target = links.get(reached.join("/"));
    if (target === undefined) continue;
    if (target.startsWith("/")) return false;
    followed += 1;
    if (followed > MOST_LINKS) return true;
    reached.pop();
    ahead.unshift(...target.split("/"));
  }
  return true;
}
