import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Where a robot's code is from, as git knows it. */
export interface GitSource {
  /** Of the remote `origin`, without credentials. */
  readonly url?: string;
  /** The commit that is checked out. */
  readonly revision?: string;
}

/** Options of {@linkcode readGitSource}. */
export interface GitSourceOptions {
  readonly signal?: AbortSignal;
}

const LIMIT_MS = 5_000;

/** Asks git about a folder. Nothing is known where there is no git, or the folder is in no work tree. */
export async function readGitSource(
  directory: string,
  { signal }: GitSourceOptions = {},
): Promise<GitSource> {
  async function ask(...args: readonly string[]): Promise<string | undefined> {
    try {
      const options = { timeout: LIMIT_MS, ...(signal === undefined ? {} : { signal }) };
      const { stdout } = await promisify(execFile)("git", ["-C", directory, ...args], options);
      return stdout.trim() || undefined;
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  }
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
