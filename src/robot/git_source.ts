import { ChildError, runChild } from "../children/mod.ts";

/** Where a robot's code is from, as git knows it. */
export interface GitSource {
  /** Of the remote `origin`, without credentials. */
  readonly url?: string;
  /** The commit that is checked out. */
  readonly revision?: string;
}

/** Options of {@linkcode readGitSource}. */
export interface GitSourceOptions {
  readonly signal?: AbortSignal | undefined;
}

const LIMIT_MS = 5_000;
/** A repository may track hundreds of thousands of files. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** Asks git about a folder. Nothing is known where there is no git, or the folder is in no work tree. */
export async function readGitSource(
  directory: string,
  options: GitSourceOptions = {},
): Promise<GitSource> {
  const ask = async (...args: readonly string[]) =>
    (await askGit(directory, args, options))?.trim() || undefined;
  const [revision, remote] = await Promise.all([
    ask("rev-parse", "--verify", "HEAD"),
    ask("remote", "get-url", "origin"),
  ]);
  const url = remote === undefined ? undefined : publicAddress(remote);
  return {
    ...(url === undefined ? {} : { url }),
    ...(revision === undefined ? {} : { revision }),
  };
}

/** The files that git tracks at or below a path of a folder, relative to the folder. */
export async function trackedFiles(
  directory: string,
  path: string,
  options: GitSourceOptions = {},
): Promise<readonly string[]> {
  const listed = await askGit(directory, ["ls-files", "-z", "--", path], options);
  return (listed ?? "").split("\0").filter((name) => name !== "");
}

/**
 * Whether nothing that is packed differs from the commit that is checked out, as git sees it.
 *
 * @param packed Paths relative to the folder.
 * @returns Nothing where git does not say.
 */
export async function isTreeClean(
  directory: string,
  packed: ReadonlySet<string>,
  options: GitSourceOptions = {},
): Promise<boolean | undefined> {
  const [changed, untracked] = await Promise.all([
    askGit(directory, ["diff", "--name-only", "--relative", "-z", "HEAD", "--", "."], options),
    askGit(directory, ["ls-files", "--others", "-z", "--", "."], options),
  ]);
  if (changed === undefined || untracked === undefined) return undefined;
  return changed === "" && !untracked.split("\0").some((path) => packed.has(path));
}

/** What git prints, or undefined where there is none, or it has no answer. */
async function askGit(
  directory: string,
  args: readonly string[],
  { signal }: GitSourceOptions,
): Promise<string | undefined> {
  try {
    const { code, stdout } = await runChild("git", ["-C", directory, ...args], {
      mostOutput: MOST_CHARACTERS,
      limitMs: LIMIT_MS,
      isAlone: true,
      signal,
    });
    return code === 0 ? stdout : undefined;
  } catch (error) {
    if (error instanceof ChildError) return undefined;
    throw error;
  }
}

/**
 * A remote's address as others may see it: without user and password. One that cannot be read as an
 * address, and a folder of this machine, are nobody else's business.
 */
export function publicAddress(remote: string): string | undefined {
  const short = /^(?:[^@/]+@)?([A-Za-z0-9.-]+):(?!\/)(.+)$/.exec(remote);
  if (short !== null && !remote.includes("://")) return `ssh://${short[1]}/${short[2]}`;
  if (!URL.canParse(remote)) return undefined;
  const url = new URL(remote);
  if (!["http:", "https:", "ssh:", "git:"].includes(url.protocol)) return undefined;
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  return url.href;
}
