// deno-lint-ignore-file no-console
/**
 * Makes src/checks/debian_packages.json, which says what package of Debian has a library, of Debian's
 * own indices. Those of each release are its Contents-amd64, as `apt-file update` fetches it, and its
 * Packages for amd64, as `apt-get update` does, both as plain text (`/usr/lib/apt/apt-helper cat-file`):
 *
 *     deno run -A scripts/debian_packages.ts 12=Contents,Packages 13=Contents,Packages
 *
 * Only libraries are taken on which several packages of Debian depend: some thousand of the twenty.
 */

const OUTPUT = new URL("../src/checks/debian_packages.json", import.meta.url);
/** A library on which fewer packages depend is hardly asked for by anything else. */
const FEWEST_DEPENDENTS = 10;
const LIBRARY =
  /^(?:usr\/)?lib\/x86_64-linux-gnu\/(lib[^/]*\.so(?:\.\d+)?|lib[a-z0-9+]+-\d+(?:\.\d+)*\.so)$/;

type Names = ReadonlyMap<string, string>;

async function readRelease(contents: string, packages: string): Promise<Names> {
  const dependents = new Map<string, number>();
  for (const line of (await Deno.readTextFile(packages)).split("\n")) {
    if (!line.startsWith("Depends:")) continue;
    const names = line.slice("Depends:".length).split(/[,|]/).map((part) =>
      part.trim().split(/[ :(]/)[0]!
    );
    for (const name of new Set(names)) dependents.set(name, (dependents.get(name) ?? 0) + 1);
  }
  const found = new Map<string, string>();
  for (const line of (await Deno.readTextFile(contents)).split("\n")) {
    const [, path = "", owners = ""] = /^(\S+)\s+(\S+)$/.exec(line) ?? [];
    const name = LIBRARY.exec(path)?.[1];
    if (name === undefined) continue;
    const candidates = owners.split(",").map((owner) => owner.slice(owner.lastIndexOf("/") + 1));
    if (candidates.some((candidate) => candidate.endsWith("-dev"))) continue;
    const counts = candidates.map((candidate) => dependents.get(candidate) ?? 0);
    const most = Math.max(...counts);
    if (most >= FEWEST_DEPENDENTS) found.set(name, candidates[counts.indexOf(most)]!);
  }
  return found;
}

/** Libraries by their packages, for there are several in many: the smaller text. */
function grouped(names: Names): Record<string, string> {
  const groups = Map.groupBy([...names].sort(), ([, owner]) => owner);
  return Object.fromEntries(
    [...groups].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([owner, libraries]) => [owner, libraries.map(([name]) => name).join(" ")]),
  );
}

const releases = new Map<string, Names>();
for (const argument of Deno.args) {
  const [release = "", files = ""] = argument.split("=");
  const [contents = "", packages = ""] = files.split(",");
  releases.set(release, await readRelease(contents, packages));
}
const [first, ...others] = [...releases.values()];
if (first === undefined) throw new TypeError("expected a release: 13=Contents,Packages");
const all = new Map(
  [...first].filter(([name, owner]) => others.every((other) => other.get(name) === owner)),
);
const text = JSON.stringify(
  {
    all: grouped(all),
    ...Object.fromEntries([...releases].map(([release, names]) => [
      release,
      grouped(new Map([...names].filter(([name]) => !all.has(name)))),
    ])),
  },
  null,
  1,
);
await Deno.writeTextFile(OUTPUT, `${text}\n`);
console.log(`wrote ${text.length} bytes`);
